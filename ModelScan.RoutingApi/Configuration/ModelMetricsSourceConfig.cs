using System.Text;

namespace ModelScan.RoutingApi.Configuration;

/// <summary>What kind of feed a metrics source reads.</summary>
public enum ModelMetricsSourceKind
{
    /// <summary><c>type: cost, provider: digitalocean</c>, or the older <c>digitalocean_pricing</c>.</summary>
    DigitalOceanCatalog,

    /// <summary><c>type: cost, provider: models.dev</c>.</summary>
    ModelsDev,

    /// <summary>The older <c>cost_metrics</c>: an endpoint answering <c>{model: {input_per_million, output_per_million}}</c>.</summary>
    CostEndpoint,

    /// <summary><c>type: latency, provider: prometheus</c>, or the older <c>prometheus_metrics</c>.</summary>
    Prometheus,

    /// <summary><c>type: latency, provider: observed</c>: what this gateway measured itself (ModelScan's addition).</summary>
    Observed,
}

/// <summary>One entry of <c>model_metrics_sources</c>.</summary>
/// <param name="Kind">The feed.</param>
/// <param name="Url">Absolute http(s) URL, defaults filled in; its host may be a service name. <see langword="null"/> for <see cref="ModelMetricsSourceKind.Observed"/> alone.</param>
public sealed record ModelMetricsSourceConfig(ModelMetricsSourceKind Kind, Uri? Url)
{
    /// <summary>The PromQL instant query; set for <see cref="ModelMetricsSourceKind.Prometheus"/> alone.</summary>
    public string? Query { get; init; }

    /// <summary>Time between refreshes, at least 1 s; <see langword="null"/> fetches once (and retries until that has worked).</summary>
    public TimeSpan? RefreshInterval { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer</c> when set. A secret.</summary>
    public string? BearerToken { get; init; }

    /// <summary>The feed's model id to the name used in this configuration.</summary>
    public IReadOnlyDictionary<string, string> ModelAliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether this source gives prices (else it gives latencies).</summary>
    public bool IsCost => Kind is ModelMetricsSourceKind.DigitalOceanCatalog or ModelMetricsSourceKind.ModelsDev or ModelMetricsSourceKind.CostEndpoint;

    /// <summary>Two sources are equal when they read the same feed in the same way, the content of their aliases included.</summary>
    public bool Equals(ModelMetricsSourceConfig? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Kind == other.Kind
            && Url?.AbsoluteUri == other.Url?.AbsoluteUri
            && Query == other.Query
            && RefreshInterval == other.RefreshInterval
            && BearerToken == other.BearerToken
            && ModelAliases.Count == other.ModelAliases.Count
            && ModelAliases.All(alias => other.ModelAliases.TryGetValue(alias.Key, out var name) && name == alias.Value));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Kind, Url?.AbsoluteUri, Query, RefreshInterval, BearerToken, ModelAliases.Count);

    /// <summary>Leaves out the token and whatever credentials the address carries, so that no log line can show them.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Kind = ").Append(Kind)
            .Append(", Url = ").Append(Url?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped))
            .Append(", Query = ").Append(Query)
            .Append(", RefreshInterval = ").Append(RefreshInterval);
        return true;
    }
}
