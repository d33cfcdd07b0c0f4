using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>The shipped classifier, loaded once for all tests that do not count what it does.</summary>
internal static class ShippedClassifier
{
    private static readonly Lazy<EmbeddedRouteClassifier> Loaded = new(() => new EmbeddedRouteClassifier(EncoderModel.LoadShipped()));

    public static EmbeddedRouteClassifier Shared => Loaded.Value;

    public static EncoderModel Model => Shared.Model;

    /// <summary>One with caches and counters of its own, over the same encoder.</summary>
    public static EmbeddedRouteClassifier Fresh() => new(Model with { Encoder = new Borrowed(Model.Encoder) }, threads: 2);

    public static async Task<RouteClassification> ClassifyAsync(RouteSet routes, params (ConversationRole Role, string Text)[] messages) =>
        await Shared.ClassifyAsync(Request(routes, messages), CancellationToken.None);

    public static ClassificationRequest Request(RouteSet routes, params (ConversationRole Role, string Text)[] messages) =>
        new(routes, [.. messages.Select(m => new ConversationMessage(m.Role, m.Text))], Explain: true);

    public static RouteSet Set(params (string Name, string Description)[] routes) =>
        new([.. routes.Select(r => new ClassifiableRoute(r.Name, r.Description, []))]);

    private sealed class Borrowed(ISentenceEncoder encoder) : ISentenceEncoder
    {
        public int Dimension => encoder.Dimension;

        public float[] Encode(ReadOnlySpan<int> ids) => encoder.Encode(ids);

        public void Dispose()
        {
        }
    }
}
