using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Routing;

namespace ModelScan.Tests.Routing;

public sealed class EmbeddedOnDemandTests
{
    [Fact]
    public async Task ClassifyAsync_FirstRequest_LoadsTheModel()
    {
        var shared = new Lazy<EmbeddedRouteClassifier>(() => EmbeddedRouteClassifier.Load());
        var classifier = new EmbeddedOnDemand(shared, EmbeddedRouteClassifier.DefaultThreshold);
        Assert.Equal(("embedded", false), (classifier.Name, shared.IsValueCreated));
        var routes = new RouteSet([new ClassifiableRoute("code_generation", "writing new functions, scripts and programs", [], null)]);
        var classification = await classifier.ClassifyAsync(
            new ClassificationRequest(routes, [new ConversationMessage(ConversationRole.User, "write a function that sorts a list")]), default);
        Assert.Equal(("code_generation", true), (classification.Route, shared.IsValueCreated));
    }
}
