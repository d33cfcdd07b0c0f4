namespace ModelScan.RoutingApi.Providers.Models;

/// <summary>
/// What is known of all models at this moment: the rows inside the program, under those of the models.dev feed once it has been read
/// (<c>model_metrics_sources</c> with <c>provider: models.dev</c>, the same feed as prices). Readers take <see cref="Current"/> once.
/// </summary>
public sealed class ModelCatalogue
{
    private ModelRows? _current;

    /// <summary>What the program itself knows, for whoever has no feed. Never refreshed.</summary>
    public static ModelCatalogue Embedded { get; } = new();

    /// <summary>The rows; a new object when a feed brought others.</summary>
    public ModelRows Current => Volatile.Read(ref _current) ?? ModelRows.Embedded;

    /// <summary>Takes what a feed says; the rows of models that it does not list any more stay.</summary>
    /// <param name="feed">models.dev's <c>/api.json</c>.</param>
    public void Refresh(JsonElement feed) => Volatile.Write(ref _current, Current.Under(feed));
}
