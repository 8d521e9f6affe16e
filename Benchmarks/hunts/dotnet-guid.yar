import "dotnet"
rule by_typelib { condition: dotnet.is_dotnet and (dotnet.typelib == "3787435b-8352-4bd8-a1c6-e5a1b73921f4" or dotnet.guids[0] == "df66a1a2-95b9-4c2a-ac03-2b4ca4ddfc09") }
rule many_resources { condition: dotnet.number_of_resources > 12 and for any r in dotnet.resources : (r.length > 1MB) }
