using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Routing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Whoever has failed is left alone for a while, and one can see that.</summary>
public sealed class ProviderHealthTests
{
    private const string Prompt = """{"model":"x","messages":[{"role":"user","content":"write a function that sorts a list"}]}""";
    private const string Ok = """{"ok":true}""";

    private readonly FakeTimeProvider _time = new();
    private int _status = 429;

    [Fact]
    public async Task RateLimitedModel_IsPassedOverUntilItsRetryAfter()
    {
        var providers = Providers();
        using var rig = new RoutingRig(providers, RoutingRig.Config(2), _time);
        Assert.Equal("p1/m", (await rig.RouteAsync(Prompt)).Model);
        var second = await rig.RouteAsync(Prompt);
        Assert.Equal(("p1/m", 1, 1), (second.Model, second.Attempts, providers.Asked("p0")));
        _time.Advance(TimeSpan.FromSeconds(20));
        _status = 200;
        Assert.Equal(("p0/m", 2), ((await rig.RouteAsync(Prompt)).Model, providers.Asked("p0")));
    }

    [Fact]
    public async Task AllAreLeftAlone_TheyAreAskedAllTheSame()
    {
        var providers = new ScriptedProviders().On("p0", Limited).On("p1", Limited);
        using var rig = new RoutingRig(providers, RoutingRig.Config(2), _time);
        await rig.RouteAsync(Prompt);
        await rig.RouteAsync(Prompt);
        Assert.Equal((2, 2), (providers.Asked("p0"), providers.Asked("p1")));
    }

    [Fact]
    public async Task OnlyCandidate_IsAskedWhateverItsHealth()
    {
        var providers = Providers();
        using var rig = new RoutingRig(providers, RoutingRig.Config(1, "mode: direct"), _time);
        await rig.RouteAsync(Prompt.Replace("\"x\"", "\"p0/m\"", StringComparison.Ordinal));
        await rig.RouteAsync(Prompt.Replace("\"x\"", "\"p0/m\"", StringComparison.Ordinal));
        Assert.Equal(2, providers.Asked("p0"));
    }

    [Fact]
    public async Task AdminProvidersAndMetricsAndExplanation_SayWhoIsLeftAloneAndWhy()
    {
        var providers = Providers();
        await using var gateway = await GatewayUnderTest.StartAsync(
            RoutingRig.Config(2), services => services.AddSingleton(new UpstreamClients(providers)).AddSingleton<TimeProvider>(new SkippingTimeProvider(_ => false)));
        await gateway.PostAsync("/v1/chat/completions", Prompt);
        using var state = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/providers"));
        var model = state.RootElement.GetProperty("health").EnumerateArray().Single(cell => cell.GetProperty("name").GetString() == "p0/m");
        Assert.Equal(
            ("model", "cooling_down", "rate limited", 1),
            (model.GetProperty("scope").GetString(), model.GetProperty("status").GetString(), model.GetProperty("reason").GetString(), model.GetProperty("failures").GetInt32()));
        Assert.InRange(model.GetProperty("left_seconds").GetDouble(), 0.1, 20);
        Assert.Equal("rate limited", state.RootElement.GetProperty("models")[0].GetProperty("left_alone").GetString());
        Assert.DoesNotContain("k0", state.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("modelscan_upstream_cooldowns_total{scope=\"model\",name=\"p0/m\",reason=\"rate limited\"} 1", await gateway.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);

        var decision = await gateway.DecideAsync("write a function that sorts a list", ("x-modelscan-explain", "1"));
        Assert.Equal(["p1/m", "p0/m"], decision.Models);
        Assert.Contains("rate limited", decision.Text, StringComparison.Ordinal);
    }

    private static HttpResponseMessage Limited(int number) => ScriptedProviders.Json("{}", 429, ("Retry-After", "20"));

    private ScriptedProviders Providers() =>
        new ScriptedProviders().On("p0", _ => _status == 200 ? ScriptedProviders.Json(Ok) : ScriptedProviders.Json("{}", _status, ("Retry-After", "20"))).On("p1", _ => ScriptedProviders.Json(Ok));
}
