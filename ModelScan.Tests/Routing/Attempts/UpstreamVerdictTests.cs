using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Attempts;

/// <summary>Whose fault a status is, and what follows from it.</summary>
public sealed class UpstreamVerdictTests
{
    private const string Body = """{"model":"p0/m","top_k":40,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Ok = """{"ok":true}""";

    [Theory]
    [InlineData(200, nameof(UpstreamVerdict.Answer), nameof(UpstreamVerdict.Answer))]
    [InlineData(304, nameof(UpstreamVerdict.Answer), nameof(UpstreamVerdict.Answer))]
    [InlineData(400, nameof(UpstreamVerdict.Refuse), nameof(UpstreamVerdict.Refuse))]
    [InlineData(401, nameof(UpstreamVerdict.TryAnother), nameof(UpstreamVerdict.Refuse))]
    [InlineData(402, nameof(UpstreamVerdict.TryAnother), nameof(UpstreamVerdict.Refuse))]
    [InlineData(403, nameof(UpstreamVerdict.TryAnother), nameof(UpstreamVerdict.Refuse))]
    [InlineData(404, nameof(UpstreamVerdict.TryAnother), nameof(UpstreamVerdict.Refuse))]
    [InlineData(408, nameof(UpstreamVerdict.TryAgain), nameof(UpstreamVerdict.TryAgain))]
    [InlineData(409, nameof(UpstreamVerdict.Refuse), nameof(UpstreamVerdict.Refuse))]
    [InlineData(413, nameof(UpstreamVerdict.Refuse), nameof(UpstreamVerdict.Refuse))]
    [InlineData(422, nameof(UpstreamVerdict.Refuse), nameof(UpstreamVerdict.Refuse))]
    [InlineData(424, nameof(UpstreamVerdict.TryAnother), nameof(UpstreamVerdict.TryAnother))]
    [InlineData(425, nameof(UpstreamVerdict.TryAgain), nameof(UpstreamVerdict.TryAgain))]
    [InlineData(429, nameof(UpstreamVerdict.TryAgain), nameof(UpstreamVerdict.TryAgain))]
    [InlineData(451, nameof(UpstreamVerdict.Refuse), nameof(UpstreamVerdict.Refuse))]
    [InlineData(500, nameof(UpstreamVerdict.TryAnother), nameof(UpstreamVerdict.TryAnother))]
    [InlineData(502, nameof(UpstreamVerdict.TryAgain), nameof(UpstreamVerdict.TryAgain))]
    [InlineData(503, nameof(UpstreamVerdict.TryAgain), nameof(UpstreamVerdict.TryAgain))]
    [InlineData(504, nameof(UpstreamVerdict.TryAgain), nameof(UpstreamVerdict.TryAgain))]
    [InlineData(529, nameof(UpstreamVerdict.TryAgain), nameof(UpstreamVerdict.TryAgain))]
    [InlineData(599, nameof(UpstreamVerdict.TryAnother), nameof(UpstreamVerdict.TryAnother))]
    public void Of_Status_WithTheOperatorsKeyAndTheClients(int status, string operators, string clients) => Assert.Equal(
        (operators, clients), (UpstreamVerdicts.Of(status, isOperators: true).ToString(), UpstreamVerdicts.Of(status, isOperators: false).ToString()));

    [Fact]
    public void Of_ConflictThatSaysRetry_IsWorthAnotherTry() => Assert.Equal(UpstreamVerdict.TryAgain, UpstreamVerdicts.Of(409, isOperators: true, saysRetry: true));

    [Theory]
    [InlineData(409, "x-should-retry", "true", nameof(UpstreamVerdict.TryAgain))]
    [InlineData(409, "X-Should-Retry", "TRUE", nameof(UpstreamVerdict.TryAgain))]
    [InlineData(409, "x-should-retry", "false", nameof(UpstreamVerdict.Refuse))]
    [InlineData(409, "Retry-After", "1", nameof(UpstreamVerdict.TryAgain))]
    [InlineData(409, "Age", "1", nameof(UpstreamVerdict.Refuse))]
    [InlineData(400, "Retry-After", "1", nameof(UpstreamVerdict.Refuse))]
    [InlineData(401, "Age", "1", nameof(UpstreamVerdict.TryAnother))]
    public void Of_Response_GoesByItsStatusAndItsHeaders(int status, string header, string value, string expected)
    {
        using var response = ScriptedProviders.Json("{}", status, (header, value));
        Assert.Equal(expected, UpstreamVerdicts.Of(response, Target()).ToString());
    }

    [Fact]
    public void Of_ResponseToTheClientsOwnKey_IsTheClients()
    {
        using var response = ScriptedProviders.Json("{}", 401);
        Assert.Equal(UpstreamVerdict.Refuse, UpstreamVerdicts.Of(response, Target(", passthrough_auth: true")));
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(413, true)]
    [InlineData(422, true)]
    [InlineData(404, false)]
    [InlineData(500, false)]
    public void IsOfTheRequest_StatusesWhoseWordsDecide(int status, bool expected) => Assert.Equal(expected, UpstreamVerdicts.IsOfTheRequest(status));

    [Theory]
    [InlineData("top_k", "top_k")]
    [InlineData("reasoning.effort", "reasoning")]
    [InlineData("metadata[0]", "metadata")]
    [InlineData("messages", null)]
    [InlineData("messages[1].name", null)]
    [InlineData("tools", null)]
    [InlineData("max_tokens", null)]
    [InlineData("model", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void MemberOf_Parameter_OnlyWhatMayBeLeftOut(string? parameter, string? member) => Assert.Equal(member, OptionalParameters.MemberOf(parameter));

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task OperatorsAccountIsAtFault_TheNextCandidateAnswers(int status)
    {
        using var rig = Rig(_ => ScriptedProviders.Json("{}", status));
        var answer = await rig.AttemptAsync(Body, "p0/m", "p1/m");
        Assert.Equal((200, Ok, 2), (answer.Status, answer.Text, answer.Attempts));
    }

    [Fact]
    public async Task AllAccountsAreAtFault_IsNotTheClients401()
    {
        using var rig = Rig(_ => ScriptedProviders.Json("{}", 401), _ => ScriptedProviders.Json("{}", 401));
        var answer = await rig.AttemptAsync(Body, "p0/m", "p1/m");
        Assert.Equal((502, FailureKind.AllModelsFailed), (answer.Error!.Status, answer.Result.Failure!.Kind));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task RequestIsAtFault_TheClientGetsTheProvidersOwnWords(int status)
    {
        const string Said = "{ \"error\": { \"message\": \"no such thing\" } }";
        using var rig = Rig(_ => ScriptedProviders.Json(Said, status));
        var answer = await rig.AttemptAsync(Body, "p0/m", "p1/m");
        Assert.Equal((status, Said, 1), (answer.Status, answer.Text, answer.Attempts));
    }

    [Fact]
    public async Task ContextOverflow_AnotherCandidateIsLeft_ItIsAsked()
    {
        using var rig = Rig(_ => ScriptedProviders.Json("""{"error":{"message":"This model's maximum context length is 8192 tokens","code":"context_length_exceeded"}}""", 400));
        var answer = await rig.AttemptAsync(Body, "p0/m", "p1/m");
        Assert.Equal((200, Ok, 2), (answer.Status, answer.Text, answer.Attempts));
    }

    [Fact]
    public async Task ContextOverflow_NobodyElseIsLeft_TheClientGetsIt()
    {
        using var rig = Rig(_ => ScriptedProviders.Json("""{"error":{"code":"context_length_exceeded","message":"too long"}}""", 400));
        var answer = await rig.AttemptAsync(Body, "p0/m");
        Assert.Equal((400, 1, true), (answer.Status, answer.Attempts, answer.Text.Contains("context_length_exceeded", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RefusedParameterThatMayBeLeftOut_OnceMoreWithoutIt_AndReported()
    {
        var providers = new ScriptedProviders().On("p0", number => number == 0 ? Unsupported("top_k") : ScriptedProviders.Json(Ok)).On("p1", _ => ScriptedProviders.Json(Ok));
        using var rig = new RoutingRig(providers, RoutingRig.Config(2));
        var answer = await rig.AttemptAsync(Body, "p0/m");
        Assert.Equal((200, Ok, 2), (answer.Status, answer.Text, answer.Attempts));
        Assert.Equal(["top_k"], answer.Dropped);
        Assert.Equal((true, false), (providers.Bodies.First().Body.Contains("top_k", StringComparison.Ordinal), providers.Bodies.Last().Body.Contains("top_k", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RefusedParameter_AnotherOneAfterwards_IsTheAnswer()
    {
        var providers = new ScriptedProviders().On("p0", number => Unsupported(number == 0 ? "top_k" : "user"));
        using var rig = new RoutingRig(providers, RoutingRig.Config(1));
        var answer = await rig.AttemptAsync(Body, "p0/m");
        Assert.Equal((400, 2), (answer.Status, providers.Asked("p0")));
    }

    [Fact]
    public async Task RefusedParameterThatMatters_IsTheAnswer()
    {
        var providers = new ScriptedProviders().On("p0", _ => Unsupported("messages[0].content"));
        using var rig = new RoutingRig(providers, RoutingRig.Config(1));
        Assert.Equal((400, 1), ((await rig.AttemptAsync(Body, "p0/m")).Status, providers.Asked("p0")));
    }

    [Fact]
    public async Task ProvidersOwnModelNotFound_IsNotOurs()
    {
        var providers = new ScriptedProviders().On("p0", _ => ScriptedProviders.Json("""{"error":{"message":"The model does not exist","code":"model_not_found"}}""", 404));
        using var rig = new RoutingRig(providers, RoutingRig.Config(1, "mode: direct"));
        var theirs = await rig.RouteAsync("""{"model":"p0/m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""", ApiFormat.Messages);
        var ours = await rig.RouteAsync("""{"model":"none-such","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""", ApiFormat.Messages);
        Assert.Equal(("model_not_found", FailureKind.UpstreamStatus), (theirs.Error!.Code, theirs.Result.Failure!.Kind));
        Assert.Equal(("model_not_found", FailureKind.ModelNotFound), (ours.Error!.Code, ours.Result.Failure!.Kind));
    }

    private static HttpResponseMessage Unsupported(string parameter) =>
        ScriptedProviders.Json($$$"""{"error":{"message":"Unsupported parameter: {{{parameter}}}","code":"unsupported_parameter","param":"{{{parameter}}}"}}""", 400);

    private static ModelTarget Target(string more = "") =>
        new ModelDirectory(ConfigText.Read(TestConfig.Empty.Model("p/m", "http://p", "k", $"provider_interface: openai, default: true{more}")), null).Find("p/m")!;

    private static RoutingRig Rig(Func<int, HttpResponseMessage> first, Func<int, HttpResponseMessage>? second = null) =>
        new(new ScriptedProviders().On("p0", first).On("p1", second ?? (_ => ScriptedProviders.Json(Ok))), RoutingRig.Config(2));
}
