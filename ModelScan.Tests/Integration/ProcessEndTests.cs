namespace ModelScan.Tests.Integration;

public sealed class ProcessEndTests
{
    [Fact]
    public async Task Sigterm_IsAnEndThatSomebodyAskedFor()
    {
        await using var gateway = await GatewayProcess.StartAsync("routing: { mode: direct }\n");
        Assert.Equal(0, await gateway.TerminateAsync());
    }
}
