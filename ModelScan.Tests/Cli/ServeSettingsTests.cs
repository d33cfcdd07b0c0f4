using ModelScan.RoutingApi.Cli;

namespace ModelScan.Tests.Cli;

public sealed class ServeSettingsTests
{
    [Theory]
    [InlineData("--config", "my.yaml", "--urls", "http://127.0.0.1:0")]
    [InlineData("--config=my.yaml")]
    [InlineData("--Routing:Mode=direct", "--Logging:LogLevel:Default", "Debug")]
    [InlineData("Routing:Mode=direct")]
    [InlineData("--Governance:Anonymous=allow", "--ResponsesState:Store=postgres")]
    [InlineData("/urls", "http://127.0.0.1:0")]
    [InlineData("--MockProviders=http://127.0.0.1:8080")]
    [InlineData("--environment", "Production", "--contentRoot", "/", "--applicationName=gateway", "--http_ports=8080")]
    [InlineData("--OTEL_SERVICE_NAME=gateway")]
    [InlineData("--ConnectionStrings:cache=localhost:6379", "--services:mock:http:0=http://localhost:8080")]
    [InlineData("--SomeLibrary:Option=1")]
    public void SettingsOfDotNet_AreKnown(params string[] args)
    {
        Assert.True(ServeCommand.IsMeant(args, out var settings));
        Assert.Equal(args, settings);
        Assert.Null(ServeSettings.FindProblem(settings));
    }

    [Theory]
    [InlineData("unknown option '--confg'; did you mean '--config'?", "--confg", "my.yaml")]
    [InlineData("unknown option '--url'; did you mean '--urls'?", "--url=http://127.0.0.1:0")]
    [InlineData("unknown option '--strict'.", "--strict")]
    [InlineData("unknown option '--Routng:Mode'; did you mean '--Routing:Mode'?", "--Routng:Mode=direct")]
    [InlineData("unknown option '--Governence:Anonymous'; did you mean '--Governance:Anonymous'?", "--Governence:Anonymous=allow")]
    [InlineData("unknown option '-c'.", "-c", "my.yaml")]
    [InlineData("'--urls' needs a value.", "--urls")]
    [InlineData("'--config' needs a value.", "--config", "--urls", "http://127.0.0.1:0")]
    [InlineData("unknown argument 'my.yaml'", "--urls", "http://127.0.0.1:0", "my.yaml")]
    public async Task UnknownSettings_AreNeverServed(string problem, params string[] args)
    {
        (await CommandRun.OfAsync(args)).FailedInOneLine(2, problem);
        (await CommandRun.OfAsync(["serve", .. args])).FailedInOneLine(2, problem);
    }

    [Fact]
    public void Serve_IsTheDefault()
    {
        Assert.True(ServeCommand.IsMeant([], out var settings));
        Assert.Empty(settings);
        Assert.True(ServeCommand.IsMeant(["serve", "--config", "x"], out settings));
        Assert.Equal(["--config", "x"], settings);
    }
}
