using System.Globalization;
using System.Text;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Reading;

/// <summary>Records as lines of comma-separated values (RFC 4180).</summary>
internal static class RecordCsv
{
    private static readonly (string Name, Func<RequestRecord, string?> Value)[] Columns =
    [
        ("id", record => record.Id.ToString()),
        ("started", record => record.Id.Time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
        ("state", record => RecordJson.NameOf(record.State)),
        ("status", record => Number(record.Status)),
        ("error_type", record => record.ErrorType),
        ("operation_name", record => record.Operation),
        ("format", record => record.Format),
        ("stream", record => record.Stream ? "true" : "false"),
        ("key", record => record.Key),
        ("user_agent", record => record.UserAgent),
        ("conversation_id", record => record.Session),
        ("request_model", record => record.RequestModel),
        ("model", record => record.Model),
        ("response_model", record => record.ResponseModel),
        ("provider_name", record => record.Provider),
        ("mode", record => record.Mode),
        ("route", record => record.Route),
        ("confidence", record => Number(record.Confidence)),
        ("why", record => record.Why),
        ("attempts", record => Number(record.AttemptCount)),
        ("duration_ms", record => Number(record.Duration.TotalMilliseconds)),
        ("time_to_first_chunk_ms", record => Number(record.TimeToFirstByte?.TotalMilliseconds)),
        ("input_tokens", record => Number(record.Usage?.Input)),
        ("cache_read_input_tokens", record => Number(record.Usage?.CacheRead)),
        ("cache_write_input_tokens", record => Number(record.Usage?.CacheWrite)),
        ("output_tokens", record => Number(record.Usage?.Output)),
        ("reasoning_output_tokens", record => Number(record.Usage?.Reasoning)),
        ("cost_state", record => RecordJson.NameOf(record.Cost.State)),
        ("cost_usd", record => record.Cost.State == CostState.Priced ? record.Cost.Total.ToString("0.############", CultureInfo.InvariantCulture) : null),
        ("saved_usd", record => record.Cost is { State: CostState.Priced, Saved: { } saved } ? saved.ToString("0.############", CultureInfo.InvariantCulture) : null),
        ("tags", record => record.Tags.Count == 0 ? null : string.Join(';', record.Tags)),
        ("trace_id", record => record.TraceId),
    ];

    /// <summary>The first line.</summary>
    public static string Heading { get; } = $"{string.Join(',', Columns.Select(column => column.Name))}\r\n";

    /// <summary>A record's line.</summary>
    public static string Line(RequestRecord record)
    {
        var line = new StringBuilder(512);
        foreach (var (_, value) in Columns)
        {
            if (line.Length > 0)
                line.Append(',');
            Append(line, value(record));
        }

        return line.Append("\r\n").ToString();
    }

    private static string? Number(double? number) => number?.ToString("0.####", CultureInfo.InvariantCulture);

    // Spreadsheets take what begins like a formula for one, and a client may have written it: an apostrophe keeps it a text.
    private static void Append(StringBuilder line, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        if (value[0] is '=' or '+' or '@' or '\t' or '\r' || (value[0] == '-' && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            value = $"'{value}";
        if (!value.AsSpan().ContainsAny("\",\r\n"))
            line.Append(value);
        else
            line.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
