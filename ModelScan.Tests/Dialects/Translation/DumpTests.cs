using System.Text.Json.Nodes;

namespace ModelScan.Tests.Dialects.Translation;

public sealed class DumpTests
{
    [Fact]
    public void Dump()
    {
        var all = new JsonObject();
        foreach (var vector in PairVector.All)
        {
            JsonNode a;
            try { a = PairRun.Actual(vector); } catch (Exception e) { a = new JsonObject { ["exception"] = e.ToString() }; }
            all[vector.Id] = a;
        }
        File.WriteAllText("/tmp/actual.json", all.ToJsonString());
    }
}
