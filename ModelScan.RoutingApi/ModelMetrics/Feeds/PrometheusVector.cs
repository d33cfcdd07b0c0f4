using System.Globalization;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.ModelMetrics.Feeds;

/// <summary>
/// The answer of a Prometheus instant query
/// (<see href="https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries"/>):
/// <code>
/// {"status": "success", "data": {"resultType": "vector",
///  "result": [{"metric": {"model_name": "openai/gpt-4o"}, "value": [1435781451.781, "0.85"]}]}}
/// </code>
/// </summary>
internal static class PrometheusVector
{
    /// <summary>The address of the query, under whatever path the server lives.</summary>
    /// <exception cref="ModelMetricsFetchException">The source has no address or no query.</exception>
    public static Uri Address(ModelMetricsSourceConfig source)
    {
        if (source.Url is null || string.IsNullOrWhiteSpace(source.Query))
            throw ModelMetricsFetchException.Format("a Prometheus source needs a url and a query");
        var server = source.Url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri($"{server}/api/v1/query?query={Uri.EscapeDataString(source.Query)}");
    }

    /// <summary>
    /// Adds the vector; elements without a <c>model_name</c> and values that are no finite number of at least 0 are skipped
    /// (a quantile over no traffic is NaN). An empty vector is a valid answer.
    /// </summary>
    /// <exception cref="ModelMetricsFetchException">It reports an error, or holds no result list.</exception>
    public static void Read(JsonElement answer, ModelTableBuilder<double> table)
    {
        if (answer.Text("status") is { } status && status != "success")
            throw ModelMetricsFetchException.Format($"the query failed: {answer.Text("errorType") ?? status}");
        if (answer.Member("data")?.Member("result") is not { ValueKind: JsonValueKind.Array } elements)
            throw ModelMetricsFetchException.Format("the answer has no result list");
        foreach (var element in elements.EnumerateArray())
        {
            if (element.Member("metric")?.Text("model_name") is { } model && Sample(element.Member("value")) is { } seconds)
                table.Add(seconds, model);
            else
                table.Skip();
        }
    }

    private static double? Sample(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Array } pair
        && pair.GetArrayLength() == 2
        && pair[1].ValueKind == JsonValueKind.String
        && double.TryParse(pair[1].GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var sample)
        && double.IsFinite(sample)
        && sample >= 0
            ? sample
            : null;
}
