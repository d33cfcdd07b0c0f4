using ModelScan.MetricsMock.Models;

namespace ModelScan.MetricsMock;

/// <summary>What can be set from outside (command line, environment, appsettings); read once at start.</summary>
internal sealed record MetricsMockOptions
{
    /// <summary>Factor on every wait of the LLM providers: 1 waits each model's own latency, 0 not at all. Key <c>LatencyScale</c>.</summary>
    public double LatencyScale { get; init; } = 1;

    /// <summary>When set, <c>/costs</c> wants it as a bearer token. Key <c>Costs:BearerToken</c>.</summary>
    public string? CostsBearerToken { get; init; }

    /// <summary>When set, the LLM providers want it as a bearer token or <c>x-api-key</c>; else any credential, and none, is good. Key <c>Providers:ApiKey</c>.</summary>
    public string? ProviderApiKey { get; init; }

    /// <summary>The models of a fresh start: the built-in ones, and those of the configuration's <c>Models</c> list on top.</summary>
    public required IReadOnlyList<MockModel> Models { get; init; }

    /// <summary>Reads the options.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its range; the message names the key.</exception>
    public static MetricsMockOptions Read(IConfiguration configuration)
    {
        var scale = configuration.GetValue("LatencyScale", 1.0);
        if (!double.IsFinite(scale) || scale is < 0 or > 1000)
            throw new InvalidOperationException("LatencyScale has to lie between 0 and 1000.");

        var models = MockModel.Defaults.ToDictionary(model => model.Name, StringComparer.Ordinal);
        foreach (var section in configuration.GetSection("Models").GetChildren())
        {
            var name = section["Name"];
            if (string.IsNullOrWhiteSpace(name))
                throw new InvalidOperationException($"{section.Path}:Name is missing.");
            models[name] = new MockModel(name)
            {
                LatencySeconds = section.GetValue<double?>("LatencySeconds"),
                InputPerMillion = section.GetValue<decimal?>("InputPerMillion"),
                OutputPerMillion = section.GetValue<decimal?>("OutputPerMillion"),
                CachedInputPerMillion = section.GetValue<decimal?>("CachedInputPerMillion"),
            };
        }

        return new MetricsMockOptions
        {
            LatencyScale = scale,
            CostsBearerToken = NullIfEmpty(configuration["Costs:BearerToken"]),
            ProviderApiKey = NullIfEmpty(configuration["Providers:ApiKey"]),
            Models = [.. models.Values],
        };
    }

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
