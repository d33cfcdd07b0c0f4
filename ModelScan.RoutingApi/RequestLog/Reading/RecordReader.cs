using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.RequestLog.Reading;

/// <summary>Reads exported records (<see cref="RecordJson"/>), as far as a re-decision needs them.</summary>
internal static class RecordReader
{
    /// <summary>Reads one line of an export.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static RequestDetail Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (!RequestId.TryParse(Text(root, "id") ?? "", out var id))
                throw new FormatException("it has no 'id'");
            var record = new RequestRecord(id)
            {
                State = Text(root, "state") == "completed" ? RequestState.Completed : RequestState.Failed,
                Operation = Text(root, "operation_name") ?? "chat",
                Session = Text(root, "conversation_id"),
                SessionIsExplicit = IsTrue(root, "session_explicit"),
                Switched = IsTrue(root, "switched"),
                RequestModel = Text(root, "request_model"),
                Model = Text(root, "model"),
                Provider = Text(root, "provider_name"),
                Route = Text(root, "route"),
                Usage = root.TryGetProperty("usage", out var usage) ? UsageOf(usage) : null,
                Cost = root.TryGetProperty("cost", out var cost) && Text(cost, "state") == "priced" ? new CostRecord(CostState.Priced) { Output = Number(cost, "total_usd") } : CostRecord.Unknown,
            };
            var input = root.TryGetProperty("body", out var body) ? Text(body, "decision_input") : null;
            return new RequestDetail(record with { HasInput = input is not null }, input is null ? null : new RequestBody(id) { Input = input }, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("it is no record as GET /admin/requests/export writes it", exception);
        }
    }

    private static TokenUsage UsageOf(JsonElement usage) => new()
    {
        Input = (long)Number(usage, "input_tokens"),
        CacheRead = (long)Number(usage, "cache_read_input_tokens"),
        CacheWrite = (long)Number(usage, "cache_write_input_tokens"),
        Output = (long)Number(usage, "output_tokens"),
        Reasoning = (long)Number(usage, "reasoning_output_tokens"),
        CacheIsBeside = IsTrue(usage, "cache_is_beside_input"),
        IsPartial = IsTrue(usage, "partial"),
    };

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool IsTrue(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static double Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
}
