using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Attempts;

public sealed class ModelAttemptsTests
{
    private const string Body = """{"model":"p0/m","messages":[{"role":"user","content":"write a function that sorts a list"}]}""";
    private const string Streamed = """{"model":"p0/m","stream":true,"messages":[{"role":"user","content":"write a function that sorts a list"}]}""";
    private const string Ok = """{"ok":true}""";

    [Fact]
    public async Task Run_FirstFails_SecondAnswersAndGetsItsOwnName()
    {
        var providers = new ScriptedProviders().On("p0", _ => ScriptedProviders.Json("{}", 500)).On("p1", _ => ScriptedProviders.Json(Ok));
        using var rig = new RoutingRig(providers, RoutingRig.Config(2));
        var answer = await rig.AttemptAsync(Body, "p0/m", "p1/m");
        Assert.Equal((null, 200, Ok, 2, "p1/m"), (answer.Error, answer.Status, answer.Text, answer.Attempts, answer.Model));
        Assert.All(providers.Bodies, body => Assert.Contains("\"model\":\"m\"", body.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_MoreCandidatesThanTheLimit_AsksEightOnceEach()
    {
        var providers = new ScriptedProviders();
        for (var i = 0; i < 10; i++)
            providers.On($"p{i}", _ => ScriptedProviders.Json("{}", 503));
        using var rig = new RoutingRig(providers, RoutingRig.Config(10));
        var answer = await rig.AttemptAsync(Body, [.. Enumerable.Range(0, 10).Select(i => $"p{i}/m")]);
        Assert.Equal((502, 8), (answer.Error!.Status, answer.Attempts));
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], Enumerable.Range(0, 10).Select(i => providers.Asked($"p{i}")));
    }

    [Fact]
    public async Task Run_TheOnlyCandidateFails_ItsOwnErrorIsTheAnswer()
    {
        var providers = new ScriptedProviders().On("p0", _ => ScriptedProviders.Json("""{"error":"its own"}""", 503));
        using var rig = new RoutingRig(providers, RoutingRig.Config(1));
        var answer = await rig.AttemptAsync(Body, "p0/m");
        Assert.Equal((null, 503, """{"error":"its own"}"""), (answer.Error, answer.Status, answer.Text));
    }

    [Fact]
    public async Task Run_StreamBreaksAfterItsFirstPiece_NobodyElseIsAsked()
    {
        var providers = new ScriptedProviders()
            .On("p0", _ => ScriptedProviders.Stream(["data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"], new HttpIOException(HttpRequestError.ResponseEnded)))
            .On("p1", _ => ScriptedProviders.Json(Ok));
        using var rig = new RoutingRig(providers, RoutingRig.Config(2));
        var answer = await rig.AttemptAsync(Streamed, "p0/m", "p1/m");
        Assert.Equal((null, 0), (answer.Error, providers.Asked("p1")));
        Assert.StartsWith("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoConnectionAtAll_TheNextOneIsAsked()
    {
        var providers = new ScriptedProviders()
            .On("p0", (ScriptedRequest _) => Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError, "refused")))
            .On("p1", _ => ScriptedProviders.Json(Ok));
        using var rig = new RoutingRig(providers, RoutingRig.Config(2));
        Assert.Equal(Ok, (await rig.AttemptAsync(Body, "p0/m", "p1/m")).Text);
    }

    [Fact]
    public async Task Route_PolicyWithFallbackToTheSameModel_AsksItOnce()
    {
        var providers = new ScriptedProviders().On("p0", _ => ScriptedProviders.Json("{}", 500));
        using var rig = new RoutingRig(providers, RoutingRig.Config(1, "mode: policy, fallback: true"));
        var answer = await rig.RouteAsync(Body);
        Assert.Equal((500, 1), (answer.Error?.Status ?? answer.Status, providers.Asked("p0")));
    }

    [Fact]
    public async Task Route_PolicyWithFallbackToAnotherModel_AsksThatToo()
    {
        var providers = new ScriptedProviders().On("p0", _ => ScriptedProviders.Json("{}", 500)).On("p1", _ => ScriptedProviders.Json(Ok));
        var config = RoutingRig.Config(2, "mode: policy, fallback: true").Replace("models: [p0/m, p1/m]", "models: [p0/m]", StringComparison.Ordinal);
        using var rig = new RoutingRig(providers, config);
        var answer = await rig.RouteAsync(Body.Replace("p0/m", "p1/m", StringComparison.Ordinal));
        Assert.Equal((Ok, 1, 1), (answer.Text, providers.Asked("p0"), providers.Asked("p1")));
    }

    [Theory]
    [InlineData("in: [text]", """{"model":"p0/m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example"}}]}]}""")]
    [InlineData("tools: false", """{"model":"p0/m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}""")]
    public async Task Run_FirstCannotTakeTheRequest_IsPassedOverUnasked(string capabilities, string body)
    {
        var providers = new ScriptedProviders().On("p0", _ => ScriptedProviders.Json("{}")).On("p1", _ => ScriptedProviders.Json(Ok));
        var config = RoutingRig.Config(2).Replace("model: p0/m,", $"model: p0/m, capabilities: {{ {capabilities} }},", StringComparison.Ordinal);
        using var rig = new RoutingRig(providers, config);
        Assert.Equal((Ok, 0, 1), ((await rig.AttemptAsync(body, "p0/m", "p1/m")).Text, providers.Asked("p0"), providers.Asked("p1")));

        // Where there is no other it is asked all the same: what is known of models may be wrong.
        Assert.Equal("{}", (await rig.AttemptAsync(body, "p0/m")).Text);
    }

    [Fact]
    public void MaxAttempts_IsEight() => Assert.Equal(8, ModelAttempts.MaxAttempts);
}
