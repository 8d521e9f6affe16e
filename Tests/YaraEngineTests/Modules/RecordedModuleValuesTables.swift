/// What YARA-X 1.23.0 writes with `console.log` for values of `math` and `hash`, recorded.
enum RecordedModuleValues {
  /// In hexadecimal digits.
  static let data = """
    82b70eee7f1a5039bef07ec2347f066ed08f5dc7512447e3404300026b6e545594a065685d64c4980bb8d4544a8721a99a01
    ad219eb59cf6a15ef6f15a1d830bb7ce09d6bbc004e7175c643c7decb0b580ec37bc9712dd2e6aaeb94bae8d2f9fa29c5a28
    4c9ef7521829cf1079b080e9d74a1c10fcab6a4243d33656debe4c1ed79648e856e8f9a2f58c95f0ce4b39c15bffad5c2dfb
    8bb820b6119cba8ff88796ae5b05f280a68ced93b6b28cb0d1b358e6baab485565b9f49028d557d79a8a0e6451e15c705c15
    f173541b4438a25cf76312d4eeb3c2246879bf00b3cf8ed13abf129a3097ad96b442d6d1bdef4850c3f465442eb300c337a6
    48a6c0dbdd73fc95f5c2c451859afe80d40aa39dfb9249f40c3ee37d961445c806f58c7cf2127dfa894f9296fcf33c084099
    90ac970dedb3b843120181e9376107dbdaf6c5f3c86497ee219b01dd92f19f4954f4fea94ed9182375882b200daadb23cff9
    193f3e70384495e04c5d5ed352226d1637c2248f1d3ccc4405dd2ea1fafab4bf1c46964d947086207882914478bee8c75b43
    09ae2b122e3fe87ac7ecf5a5370fc41b4ddb723b2afb6c47c0b57894aab2c5c145b797ddb9126e5cca203112105f676414fa
    f6b200daf099dba5eeec33624f5124bfc5f04d82388e52927810f610b0bca11e0be9f14f3ca695e87a5311660c7628cdba9f
    5eefb99022ef537b596a16dc8a03ec1fe7d2561711b3302479fb2ff11b7c19fecb1e1882d0e49c1a13635bce60772ba0372c
    52266d08e1b7f9d8c043069de5723b479ff72c86cea0434229f17d2bdb7d8d1ffc7f186692bf3224d7a0c20092430ee24909
    18da8936c342a4219c564686fea59211200e0e3e1942b6df840876db40b967a9b706535330895749e4dedb3caaa2e474ecde
    57e21852f2fb003540d61a6a001078f6b5c9ed6e678d669bb67bbbb47f1ffdcdb249497afac3133056cb329066a5f4f02e65
    c005355ec70ba20d9fc4f3cce61f4bd5b90a699192270d2cb6d39d078c7824132d99b36af72f3d7aafd8c901c7c15b6aa4c5
    a537bf7f336c969c89275527d35e7320d0d576d9f77d9ad68f2ba95fd70f4c3b975ede61a634a9271ff84625a360efc475f4
    33006350392fab4dbc35e1a55d34bb34216469a5bf58ea2a7dceeec0023cbf4301fdc3af24fb97083bf5b564afc34894ff2d
    3897d0ac20dd1970d7798a254a8a31f4dd5cc57d2fe7b6422a0248b8080a80eac4281b6f63e206f12b8ef00b1b51c9de126e
    0cd7d3ddc10755ad4b9b61d827bd6ec9d7618a47f0ba92013f56ea2725c312d14c6409fca2ea45ef7927ba0f075edb2b8843
    beab6d4d962e913836ccbf9bbcf4e37b47860806c54479f61c04076cd677789d1c7a13c5b10a98e1e6343fbd8dc7c1
    """

  static let lines: [(expression: String, line: String)] = [
    (#"math.entropy(0,filesize)"#, "7.788599410991726"),
    (#"math.entropy(3,100)"#, "6.3638561897747365"),
    (#"math.entropy("hello world")"#, "2.8453509366224368"),
    (#"math.mean(0,filesize)"#, "127.52557673019056"),
    (#"math.mean(10,33)"#, "110.6969696969697"),
    (#"math.mean("hello")"#, "106.4"),
    (#"math.deviation(0,filesize,math.MEAN_BYTES)"#, "66.0295887662989"),
    (#"math.deviation(5,77,100.25)"#, "62.80844155844156"),
    (#"math.deviation("hello",3.7)"#, "102.7"),
    (#"math.serial_correlation(0,filesize)"#, "-0.002079884173562778"),
    (#"math.serial_correlation(7,300)"#, "-0.08033342630404809"),
    (#"math.serial_correlation("hello world")"#, "-0.25393866701244816"),
    (#"math.monte_carlo_pi(0,filesize)"#, "0.035465894814740793"),
    (#"math.monte_carlo_pi(1,600)"#, "0.018591635788130244"),
    (#"math.monte_carlo_pi("hello world, hello")"#, "0.2732395447351627"),
    (#"math.percentage(0x41)"#, "0"),
    (#"math.percentage(0,0,100)"#, "0.01"),
    (#"math.mode()"#, "18"),
    (#"math.mode(5,50)"#, "33"),
    (#"math.count(0x41)"#, "0"),
    (#"hash.md5(0,filesize)"#, "df08ec2a02c1d547beab31a2a0b77f60"),
    (#"hash.sha1(1,200)"#, "a4554feee2f74addb4ef0c3cea170edbf2784961"),
    (#"hash.sha256(0,filesize)"#, "3cf0ef809b1d5ee6e1497fa58753c246cf43e7e6f0ea3cde02190603bbf3f704"),
    (#"hash.crc32(0,filesize)"#, "2665944569"),
    (#"hash.checksum32(0,filesize)"#, "127143"),
    (#"hash.sha256("abc")"#, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (#"hash.crc32("abc")"#, "891568578"),
  ]
}
