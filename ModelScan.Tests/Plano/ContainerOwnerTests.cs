using ModelScan.RoutingApi.Plano;

namespace ModelScan.Tests.Plano;

public sealed class ContainerOwnerTests
{
    private static readonly ContainerOwner Self = ContainerOwner.ThisProcess;

    [Fact]
    public void IsGone_ThisProcess_False() => Assert.False(Self.IsGone());

    [Fact]
    public void IsGone_SameIdStartedAtAnotherTime_True() => Assert.True((Self with { Started = "1" }).IsGone());

    [Fact]
    public void IsGone_NoSuchProcess_True() => Assert.True((Self with { ProcessId = int.MaxValue }).IsGone());

    [Fact]
    public void IsGone_OtherMachine_False() => Assert.False((Self with { Machine = "elsewhere", ProcessId = int.MaxValue }).IsGone());

    [Fact]
    public void From_OwnLabels_IsTheSameOwner() => Assert.Equal(Self, ContainerOwner.From(Self.Labels("1-a")));

    [Fact]
    public void From_LabelsOfSomethingElse_IsNoOwner() => Assert.Null(ContainerOwner.From(new Dictionary<string, string> { ["modelscan.product"] = "plano-embedded" }));
}
