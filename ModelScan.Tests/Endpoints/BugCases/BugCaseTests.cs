namespace ModelScan.Tests.Endpoints.BugCases;

/// <summary>What users of gateways reported in public does not happen here. The cases stand in <c>cases.json</c>.</summary>
public sealed class BugCaseTests
{
    // Cases that still fail. One that passes has to leave the list.
    private static readonly HashSet<string> ExpectedToFail = new(StringComparer.Ordinal)
    {
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
