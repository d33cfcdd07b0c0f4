using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace RouterEval;

/// <summary>The one place that knows which classifier a command line means: any other one is a line in this table.</summary>
internal static class ClassifierChoice
{
    private static readonly Dictionary<string, Func<EvalOptions, IRouteClassifier>> Kinds = new()
    {
        ["embedded"] = _ => new EmbeddedRouteClassifier(EncoderModel.LoadShipped()),
        ["endpoint"] = AskingEndpoint,
    };

    /// <summary>Takes the questions that an endpoint did not answer.</summary>
    public static Unanswered Unanswered { get; } = new();

    // Decisions are not cached here, so that every question is asked and timed.
    private static RouterModelClassifier AskingEndpoint(EvalOptions options)
    {
        var services = new ServiceCollection().AddMetrics();
        services.AddRouterModelHttpClient();
        var provider = services.BuildServiceProvider();
        return new RouterModelClassifier(
            new RouterModelOptions(options.Endpoint!)
            {
                Model = options.Model ?? throw new FormatException("--endpoint needs --model."),
                Timeout = TimeSpan.FromSeconds(60),
                CacheDecisions = false,
            },
            Unanswered, provider.GetRequiredService<IHttpClientFactory>(), TimeProvider.System, provider.GetRequiredService<IMeterFactory>(),
            NullLogger<RouterModelClassifier>.Instance);
    }

    /// <summary>Makes the classifier.</summary>
    /// <exception cref="FormatException">There is no such classifier.</exception>
    public static IRouteClassifier Create(EvalOptions options) => Kinds.TryGetValue(options.Kind, out var create)
        ? create(options)
        : throw new FormatException($"There is no classifier for {options.Kind}; there are {string.Join(", ", Kinds.Keys)}.");
}

/// <summary>Stands in where an endpoint fails: the question counts as answered with none, and is counted.</summary>
internal sealed class Unanswered : IRouteClassifier
{
    private int _count;

    public string Name => "unanswered";

    public int Count => _count;

    public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return ValueTask.FromResult(new RouteClassification(null, Name));
    }
}
