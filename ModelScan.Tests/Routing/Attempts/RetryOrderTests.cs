using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Attempts;

/// <summary>Whom a model's own policy lets be asked next, and after which pause.</summary>
public sealed class RetryOrderTests
{
    private const double Never = 0;
    private const double Half = 0.5;

    [Fact]
    public void For_ModelWithoutAPolicy_IsNone()
    {
        var (models, _) = Order("{ fallback_models: [b/three] }");
        Assert.Null(RetryOrder.For(models.Find("a/two")!, models));
    }

    [Theory]
    [InlineData("{ default_strategy: same_model, default_max_attempts: 3 }", "a/one a/one a/one -")]
    [InlineData("{ fallback_models: [a/two, b/three, b/four] }", "b/three b/four -")]
    [InlineData("{ fallback_models: [a/two, b/three, b/four], default_max_attempts: 1 }", "b/three -")]
    [InlineData("{ fallback_models: [b/three, a/two, b/four], default_strategy: same_provider }", "a/two -")]
    [InlineData("{ fallback_models: [a/one, a/two], default_strategy: same_provider }", "a/two -")]
    [InlineData("{ fallback_models: [] }", "-")]
    [InlineData("{ default_strategy: same_model, on_timeout: { strategy: different_provider, max_attempts: 2 }, fallback_models: [b/three] }", "a/one a/one -")]
    [InlineData("{ fallback_models: [b/three], on_status_codes: [{ codes: [503], strategy: same_model, max_attempts: 1 }] }", "a/one -")]
    [InlineData("{ fallback_models: [b/three], on_status_codes: [{ codes: [429], strategy: same_model, max_attempts: 1 }] }", "b/three -")]
    public void Next_AfterFailures_IsWhomThePolicyNames(string policy, string expected)
    {
        var (models, order) = Order(policy);
        Assert.Equal(expected, string.Join(' ', Names(order, Failed(models, "a/one"))));
    }

    [Fact]
    public void Next_DifferentRules_AreCountedApart()
    {
        var (models, order) = Order("{ default_strategy: same_model, default_max_attempts: 1, on_status_codes: [{ codes: [429], strategy: same_model, max_attempts: 1 }] }");
        Assert.NotNull(order.Next(Failed(models, "a/one", 429), Never));
        Assert.NotNull(order.Next(Failed(models, "a/one"), Never));
        Assert.Null(order.Next(Failed(models, "a/one", 429), Never));
    }

    [Fact]
    public void Next_WhoHasBeenAsked_IsNotAskedAgain()
    {
        var (models, order) = Order("{ fallback_models: [b/three, b/four], default_max_attempts: 5 }");
        Assert.Equal("b/four", order.Next(Failed(models, "b/three"), Never)?.Target.Name);
        Assert.Null(order.Next(Failed(models, "b/three"), Never));
    }

    [Fact]
    public void Next_RequestThatWasNeverSent_IsNotThePolicysBusiness()
    {
        var (models, order) = Order("{ default_strategy: same_model }");
        var unsent = AttemptFailure.NotSent(models.Find("a/one")!, FailureKind.UpstreamUnavailable, new ClientError(503, "no key", "x"));
        Assert.Null(order.Next(unsent, Never));
    }

    [Theory]
    [InlineData("{ fallback_models: [a/two, b/three], on_timeout: { strategy: same_provider, max_attempts: 1 } }", "a/two")]
    [InlineData("{ fallback_models: [a/two, b/three] }", "b/three")]
    public void Next_Timeout_HasItsOwnRuleOrTheDefault(string policy, string expected)
    {
        var (models, order) = Order(policy);
        Assert.Equal(expected, order.Next(AttemptFailure.Timeout(models.Find("a/one")!, "first byte"), Never)?.Target.Name);
    }

    [Theory]
    [InlineData("10", 10)]
    [InlineData("0", 0)]
    [InlineData("soon", 0)]
    [InlineData("-1", 0)]
    [InlineData(null, 0)]
    public void Next_SameModel_WaitsAsLongAsItAsks(string? retryAfter, int seconds)
    {
        var (models, order) = Order("{ default_strategy: same_model }");
        Assert.Equal(TimeSpan.FromSeconds(seconds), order.Next(Failed(models, "a/one") with { RetryAfter = retryAfter }, Never)?.Pause);
    }

    [Fact]
    public void Next_SameModelThatAsksForMorePatienceThanThereIs_IsNobody()
    {
        var (models, order) = Order("{ default_strategy: same_model }");
        Assert.Null(order.Next(Failed(models, "a/one") with { RetryAfter = "11" }, Never));
    }

    [Fact]
    public void Next_AnotherModel_DoesNotWaitForTheFirst()
    {
        var (models, order) = Order("{ fallback_models: [b/three] }");
        Assert.Equal(TimeSpan.Zero, order.Next(Failed(models, "a/one") with { RetryAfter = "11" }, Never)?.Pause);
    }

    [Theory]
    [InlineData("base_ms: 100, max_ms: 500, jitter: false", Never, "100 200 400 500 500")]
    [InlineData("base_ms: 100, max_ms: 500", Never, "50 100 200 250 250")]
    [InlineData("base_ms: 100, max_ms: 500", Half, "75 150 300 375 375")]
    public void Next_Backoff_DoublesUpToItsLongest(string backoff, double chance, string expected)
    {
        var (models, order) = Order($"{{ default_strategy: same_model, default_max_attempts: 5, backoff: {{ {backoff} }} }}");
        var pauses = Enumerable.Range(0, 5).Select(_ => order.Next(Failed(models, "a/one"), chance)!.Value.Pause.TotalMilliseconds);
        Assert.Equal(expected, string.Join(' ', pauses));
    }

    [Fact]
    public void Next_BackoffAfterVeryManyAttempts_DoesNotOverflow()
    {
        var (models, order) = Order("{ default_strategy: same_model, default_max_attempts: 10, on_status_codes: [{ codes: [429], strategy: same_model, max_attempts: 10 }], backoff: { base_ms: 60000, max_ms: 60000, jitter: false } }");
        for (var i = 0; i < 20; i++)
            Assert.Equal(TimeSpan.FromMinutes(1), order.Next(Failed(models, "a/one", i < 10 ? 429 : 503), Never)?.Pause);
    }

    [Theory]
    [InlineData("same_model", "same_model", 100)]
    [InlineData("same_model", "same_provider", 0)]
    [InlineData("same_model", "different_provider", 0)]
    [InlineData("same_provider", "same_model", 100)]
    [InlineData("same_provider", "same_provider", 100)]
    [InlineData("same_provider", "different_provider", 0)]
    [InlineData("global", "different_provider", 100)]
    [InlineData("all_retries", "different_provider", 100)]
    public void Next_Backoff_IsBeforeTheAttemptsThatItAppliesTo(string appliesTo, string strategy, int milliseconds)
    {
        var (models, order) = Order($"{{ fallback_models: [a/two, b/three], default_strategy: {strategy}, backoff: {{ apply_to: {appliesTo}, base_ms: 100, max_ms: 500, jitter: false }} }}");
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), order.Next(Failed(models, "a/one"), Never)?.Pause);
    }

    [Theory]
    [InlineData("2", 2000)]
    [InlineData("0", 100)]
    public void Next_BackoffAndRetryAfter_TheLongerCounts(string retryAfter, int milliseconds)
    {
        var (models, order) = Order("{ default_strategy: same_model, backoff: { base_ms: 100, max_ms: 500, jitter: false } }");
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), order.Next(Failed(models, "a/one") with { RetryAfter = retryAfter }, Never)?.Pause);
    }

    [Fact]
    public void RuleFor_Status_IsTheFirstThatNamesIt()
    {
        var (models, _) = Order("{ on_status_codes: [{ codes: [500] }, { codes: [429, 503], strategy: same_model }, { codes: [503] }] }");
        var policy = models.Find("a/one")!.Config.Retry!;
        Assert.Same(policy.OnStatus[1], RetryOrder.RuleFor(policy, 503));
        Assert.Null(RetryOrder.RuleFor(policy, 502));
        Assert.Null(RetryOrder.RuleFor(null, 503));
    }

    private static (ModelDirectory Models, RetryOrder Order) Order(string policy)
    {
        var models = new ModelDirectory(ConfigText.Read(Config(policy)), null);
        return (models, RetryOrder.For(models.Find("a/one")!, models)!);
    }

    private static string Config(string policy) => TestConfig.Empty
        .Model("a/one", "http://a", "k", $"provider_interface: openai, default: true, retry_policy: {policy}")
        .Model("a/two", "http://a", "k", "provider_interface: openai")
        .Model("b/three", "http://b", "k", "provider_interface: openai")
        .Model("b/four", "http://b", "k", "provider_interface: openai");

    private static AttemptFailure Failed(ModelDirectory models, string model, int status = 503) =>
        AttemptFailure.OfStatus(models.Find(model)!, UpstreamVerdict.TryAgain, status, null, new ClientError(status, "down", "x"));

    // As long as the policy names somebody, and one more: "-" for nobody.
    private static IEnumerable<string> Names(RetryOrder order, AttemptFailure failure)
    {
        for (var i = 0; i < 10; i++)
        {
            var next = order.Next(failure, Never);
            yield return next?.Target.Name ?? "-";
            if (next is not { } asked)
                yield break;
            failure = failure with { Target = asked.Target };
        }
    }
}
