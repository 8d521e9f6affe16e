rule open_comment {
  condition:
    true /* no end
}
