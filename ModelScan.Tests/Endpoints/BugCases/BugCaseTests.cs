namespace ModelScan.Tests.Endpoints.BugCases;

/// <summary>What users of gateways reported in public does not happen here. The cases stand in <c>cases.json</c>.</summary>
public sealed class BugCaseTests
{
    // Cases that still fail. One that passes has to leave the list.
    private static readonly HashSet<string> ExpectedToFail = new(StringComparer.Ordinal)
    {
        "01-max-tokens-above-model",
        "02-max-tokens-gpt5-chat",
        "07-zstd-request-body",
        "09-compaction-trigger-lost",
        "10-responses-compact-endpoint",
        "11-on-messages",
        "11-tool-search-loaded-tools-lost",
        "18-schema-on-old-claude",
        "19-claude-schema-keywords",
        "20-deepseek-json-schema",
        "22-gemini-numeric-enum",
        "24-gemini-enum-without-type",
        "25-gemini-defs-not-cleaned",
        "27-top-level-anyof-anthropic",
        "28-tool-name-dots",
        "29-image-jpg",
        "31-blank-text-anthropic",
        "33-lone-surrogate",
        "34-interrupted-tool-call",
        "34-on-messages",
        "45-anthropic-beta-bedrock",
        "46-embeddings-endpoint",
        "47-model-retrieve",
    };

    public static TheoryData<string> Ids => [.. BugCase.All.Select(row => row.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Gateway_ReportedFault_DoesNotHappen(string id)
    {
        var row = BugCase.All.Single(row => row.Id == id);
        var problems = await row.RunAsync();
        if (ExpectedToFail.Contains(id))
            Assert.True(problems.Count > 0, $"{row} passes now: take it out of the list");
        else
            Assert.True(problems.Count == 0, $"{row}\n{string.Join('\n', problems)}");
    }

    [Fact]
    public void ExpectedToFail_NamesCasesAlone() => Assert.Subset(BugCase.All.Select(row => row.Id).ToHashSet(StringComparer.Ordinal), ExpectedToFail);
}
