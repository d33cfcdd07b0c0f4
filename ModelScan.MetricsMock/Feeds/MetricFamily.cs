using System.Globalization;
using System.Text;
using ModelScan.MetricsMock.Journal;
using ModelScan.MetricsMock.Models;

namespace ModelScan.MetricsMock.Feeds;

/// <summary>One value of a metric.</summary>
/// <param name="ModelName">Value of the one label, <c>model_name</c>.</param>
/// <param name="Value">The value as Prometheus prints it: shortest decimal form, no exponent.</param>
internal readonly record struct MetricSample(string ModelName, string Value);

/// <summary>A metric with its samples: what <c>/metrics</c> prints and what the query API looks through.</summary>
/// <param name="Name">Metric name.</param>
/// <param name="Type"><c>gauge</c> or <c>counter</c>.</param>
/// <param name="Help">One line for people.</param>
/// <param name="Samples">Ordered by model.</param>
internal sealed record MetricFamily(string Name, string Type, string Help, IReadOnlyList<MetricSample> Samples)
{
    /// <summary>The label that every metric here carries.</summary>
    public const string Label = "model_name";

    /// <summary>All metrics as they are now.</summary>
    public static IReadOnlyList<MetricFamily> Collect(ModelRegistry models, RequestCounts counts)
    {
        var snapshot = models.Snapshot.Values;
        MetricFamily Gauge(string name, string help, Func<MockModel, decimal?> read) =>
            new(name, "gauge", help, [.. snapshot.Where(model => read(model) is not null).Select(model => new MetricSample(model.Name, Format(read(model)!.Value)))]);

        return
        [
            Gauge("model_latency_p95_seconds", "95th percentile of the latency of a model.", model => (decimal?)model.LatencySeconds),
            Gauge("model_input_price_usd_per_million_tokens", "Price of uncached input.", model => model.InputPerMillion),
            Gauge("model_output_price_usd_per_million_tokens", "Price of output.", model => model.OutputPerMillion),
            Gauge("model_cached_input_price_usd_per_million_tokens", "Price of input read from a prompt cache.", model => model.CachedInputPerMillion),
            new("model_requests_total", "counter", "LLM requests received for a model, failed ones included.", [.. snapshot.Select(model => new MetricSample(model.Name, Format(counts[model.Name])))]),
        ];
    }

    /// <summary>Appends this family in the text exposition format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
    public void AppendTo(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(Help).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(Type).Append('\n');
        foreach (var sample in Samples)
            text.Append(Name).Append('{').Append(Label).Append("=\"").Append(EscapeLabel(sample.ModelName)).Append("\"} ").Append(sample.Value).Append('\n');
    }

    // The format knows three escapes inside a label's value: backslash, quote, line feed. Everything else stands as it is.
    private static string EscapeLabel(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Format(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
