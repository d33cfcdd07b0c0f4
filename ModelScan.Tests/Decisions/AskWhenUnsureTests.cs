using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.Tests.Decisions;

public sealed class AskWhenUnsureTests
{
    private static readonly ClassificationRequest Request = new(new RouteSet([new ClassifiableRoute("code", "", []), new ClassifiableRoute("travel", "", [])]), []);

    [Theory]
    [InlineData(0.9, 0.05, 0)]
    [InlineData(0.1, 0.85, 0)]
    [InlineData(0.5, 0.3, 1)]
    public async Task ClassifyAsync_Confidence_DecidesWhetherTheRouterModelIsAsked(double best, double none, int asked)
    {
        var router = new Answering(new RouteClassification("travel", "endpoint"));

        var decision = await Ask(new RouteClassification("code", "embedded") { Probability = best, NoneProbability = none }, router);

        Assert.Equal((asked, asked > 0 ? "travel" : "code"), (router.Asked, decision.Route));
        Assert.Equal(best, decision.Probability);
    }

    [Fact]
    public async Task ClassifyAsync_RouterModelWithoutAnswer_TheFirstDecisionStands()
    {
        var decision = await Ask(new RouteClassification("code", "embedded") { Probability = 0.4, NoneProbability = 0.3 }, new NoAnswer());

        Assert.Equal(("code", "embedded", false), (decision.Route, decision.Classifier, decision.HasFailed));
        Assert.NotEmpty(decision.Notes);
    }

    [Fact]
    public async Task ClassifyAsync_NoEncoder_AsksTheRouterModel()
    {
        var router = new Answering(new RouteClassification("travel", "endpoint"));

        var decision = await Ask(new RouteClassification(null, "embedded") { HasFailed = true }, router);

        Assert.Equal((1, "travel"), (router.Asked, decision.Route));
    }

    [Fact]
    public async Task ClassifyAsync_Outcomes_AreCounted()
    {
        var outcomes = new List<string>();
        using var listener = new MeterListener();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "modelscan.classifier.unsure.decisions" && ReferenceEquals(instrument.Meter.Scope, meters))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => outcomes.Add((string)tags[0].Value!));
        listener.Start();
        var meter = new UnsureMeter(meters);
        async Task Decide(double probability, IRouteClassifier router) => await new AskWhenUnsure(
            new Answering(new RouteClassification("code", "embedded") { Probability = probability }), router, 0.6, meter).ClassifyAsync(Request, CancellationToken.None);

        await Decide(0.9, new NoAnswer());
        await Decide(0.5, new Answering(new RouteClassification("code", "endpoint")));
        await Decide(0.5, new Answering(new RouteClassification("travel", "endpoint")));
        await Decide(0.5, new NoAnswer());

        Assert.Equal(["sure", "agreed", "differed", "failed"], outcomes);
    }

    private static async Task<RouteClassification> Ask(RouteClassification own, IRouteClassifier router)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        return await new AskWhenUnsure(new Answering(own), router, 0.6, new UnsureMeter(services.GetRequiredService<IMeterFactory>())).ClassifyAsync(Request, CancellationToken.None);
    }

    private sealed class Answering(RouteClassification answer) : IRouteClassifier
    {
        public string Name => answer.Classifier;

        public int Asked { get; private set; }

        public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
        {
            Asked++;
            return ValueTask.FromResult(answer);
        }
    }
}
