using ModelScan.RoutingApi.Routing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing;

public sealed class PlanoForwarderTests
{
    private const string Body = """{"messages":[{"role":"user","content":"hi"}]}""";
    private const string Ok = """{"ok":true}""";
    private static readonly PlanoPatience Patience = new(null, RetryCount: 3);

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Forward_BusyTwice_ThirdTimeAnswers(int status)
    {
        var providers = new ScriptedProviders().On("plano", number => number < 2 ? ScriptedProviders.Json("{}", status) : ScriptedProviders.Json(Ok));
        using var rig = Rig(providers);
        var answer = await rig.ForwardAsync(Body, Patience);
        Assert.Equal((Ok, 3), (answer.Text, answer.Attempts));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Forward_AStatusThatRepeatingDoesNotMend_IsTheAnswer(int status)
    {
        var providers = new ScriptedProviders().On("plano", _ => ScriptedProviders.Json("""{"its":"own"}""", status));
        using var rig = Rig(providers);
        var answer = await rig.ForwardAsync(Body, Patience);
        Assert.Equal((status, """{"its":"own"}""", 1), (answer.Status, answer.Text, answer.Attempts));
    }

    [Fact]
    public async Task Forward_BusyEachTime_TheLastAnswerIsPlanosOwn()
    {
        var providers = new ScriptedProviders().On("plano", number => ScriptedProviders.Json($$"""{"n":{{number}}}""", 503));
        using var rig = Rig(providers);
        var answer = await rig.ForwardAsync(Body, Patience);
        Assert.Equal((503, """{"n":3}""", 4), (answer.Status, answer.Text, answer.Attempts));
    }

    [Fact]
    public async Task Forward_WithAFallback_AnErrorIsReturnedInsteadOfSent()
    {
        var providers = new ScriptedProviders().On("plano", _ => ScriptedProviders.Json("{}", 500));
        using var rig = Rig(providers);
        var answer = await rig.ForwardAsync(Body, Patience, hasFallback: true);
        Assert.Equal((500, "", 1), (answer.Error!.Status, answer.Text, answer.Attempts));
    }

    [Fact]
    public async Task Forward_NoModelNamed_LeavesTheChoiceToPlano()
    {
        var providers = new ScriptedProviders().On("plano", _ => ScriptedProviders.Json(Ok));
        using var rig = Rig(providers);
        await rig.ForwardAsync(Body, Patience);
        Assert.Equal("""{"model":"none","messages":[{"role":"user","content":"hi"}]}""", providers.Bodies.Single().Body);
    }

    [Fact]
    public async Task Forward_BrokenAfterTheFirstPiece_IsNotRepeated()
    {
        var providers = new ScriptedProviders().On("plano", _ => ScriptedProviders.Stream(["data: {\"n\":1}\n\n"], new HttpIOException(HttpRequestError.ResponseEnded)));
        using var rig = Rig(providers);
        var answer = await rig.ForwardAsync("""{"stream":true,"messages":[]}""", Patience);
        Assert.Equal((1, true), (answer.Attempts, answer.Text.StartsWith("data: {\"n\":1}\n\n", StringComparison.Ordinal)));
    }

    private static RoutingRig Rig(ScriptedProviders providers) =>
        new(providers, RoutingRig.Config(1, "mode: plano_proxy, proxy: { base_url: \"http://plano\" }"), new SkippingTimeProvider(wait => wait > TimeSpan.Zero && wait < TimeSpan.FromSeconds(5)));
}
