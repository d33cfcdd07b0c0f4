using ModelScan.RoutingApi.RequestLog.Reading;

namespace ModelScan.RoutingApi.Endpoints.RequestLog;

/// <summary>Aggregates as JSON: <c>{"data": [{"start": …, "model": …, "requests": 12, "duration_ms": {"p50": …, "p95": …}, …}]}</c>.</summary>
internal static class AggregateJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<RequestAggregate> groups, IReadOnlyList<string> names)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var group in groups)
            Write(json, group, names);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RequestAggregate group, IReadOnlyList<string> names)
    {
        json.WriteStartObject();
        if (group.Start is { } start)
            json.WriteString("start", start);
        for (var i = 0; i < names.Count; i++)
            json.WriteString(names[i], group.Values[i]);
        json.WriteNumber("requests", group.Requests);
        json.WriteNumber("failed", group.Failed);
        json.WriteNumber("aborted", group.Aborted);
        json.WriteNumber("refused", group.Refused);
        json.WriteNumber("input_tokens", group.InputTokens);
        json.WriteNumber("cache_read_input_tokens", group.CacheReadTokens);
        json.WriteNumber("output_tokens", group.OutputTokens);
        json.WriteNumber("cost_usd", Math.Round((decimal)group.CostUsd, 12));
        json.WriteNumber("saved_usd", Math.Round((decimal)group.SavedUsd, 12));
        json.WriteNumber("without_price", group.WithoutPrice);
        WriteQuantiles(json, "time_to_first_chunk_ms", group.FirstByte);
        WriteQuantiles(json, "duration_ms", group.Duration);
        WriteQuantiles(json, "gateway_ms", group.Gateway);
        json.WriteEndObject();
    }

    // Counted in microseconds.
    private static void WriteQuantiles(Utf8JsonWriter json, string name, QuantileSketch sketch)
    {
        if (sketch.Quantile(0.5) is not { } median || sketch.Quantile(0.95) is not { } high || sketch.Quantile(0.99) is not { } highest)
            return;
        json.WriteStartObject(name);
        json.WriteNumber("p50", Math.Round(median / 1000, 3));
        json.WriteNumber("p95", Math.Round(high / 1000, 3));
        json.WriteNumber("p99", Math.Round(highest / 1000, 3));
        json.WriteEndObject();
    }
}
