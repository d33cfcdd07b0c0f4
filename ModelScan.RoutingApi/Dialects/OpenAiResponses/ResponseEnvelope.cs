using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>How a response ended (https://platform.openai.com/docs/api-reference/responses/object).</summary>
internal enum ResponseStatus
{
    InProgress,
    Completed,

    /// <summary>Cut off by the limit of output tokens.</summary>
    LimitReached,

    /// <summary>Cut off by a content filter.</summary>
    Filtered,
    Failed,
}

/// <summary>The response object around its items: what identifies it, and the fields of the request that it repeats.</summary>
/// <param name="Id">Begins with <c>resp_</c>.</param>
/// <param name="CreatedAt">Seconds since 1970.</param>
/// <param name="Model">The model as the client named it.</param>
/// <param name="Time">The clock, for when it was completed.</param>
/// <param name="Echo">Fields of the request that the object repeats, with their JSON on a single line (it goes into events).</param>
internal sealed record ResponseEnvelope(string Id, long CreatedAt, string Model, TimeProvider Time, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Echo)
{
    /// <summary>Writes the object.</summary>
    /// <param name="writer">Where a value may stand.</param>
    /// <param name="status">How far it is.</param>
    /// <param name="items">Its output so far; left out while in progress, as the events bring it.</param>
    /// <param name="usage">What it cost; null where not known.</param>
    /// <param name="error">Why it failed.</param>
    public void WriteTo(Utf8JsonWriter writer, ResponseStatus status, IReadOnlyList<OutputItem> items, TokenTotals? usage, ClientError? error = null)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        writer.WriteString("object"u8, "response"u8);
        writer.WriteNumber("created_at"u8, CreatedAt);
        if (status == ResponseStatus.Completed)
            writer.WriteNumber("completed_at"u8, Math.Max(CreatedAt, Time.GetUtcNow().ToUnixTimeSeconds()));
        else
            writer.WriteNull("completed_at"u8);
        writer.WriteString("status"u8, StatusName(status));
        WriteError(writer, error);
        WriteIncompleteDetails(writer, status);
        writer.WriteString("model"u8, Model);
        writer.WriteStartArray("output"u8);
        if (status != ResponseStatus.InProgress)
        {
            foreach (var item in items)
                item.WriteTo(writer, isAdded: false);
        }

        writer.WriteEndArray();
        foreach (var (name, json) in Echo)
        {
            writer.WriteRaw(name, json.Span);
        }

        writer.WritePropertyName("usage"u8);
        if (usage is { } known)
            ResponseUsage.Write(writer, known);
        else
            writer.WriteNullValue();
        writer.WriteEndObject();
    }

    private static void WriteIncompleteDetails(Utf8JsonWriter writer, ResponseStatus status)
    {
        if (status is not (ResponseStatus.LimitReached or ResponseStatus.Filtered))
        {
            writer.WriteNull("incomplete_details"u8);
            return;
        }

        writer.WriteStartObject("incomplete_details"u8);
        writer.WriteString("reason"u8, status == ResponseStatus.Filtered ? "content_filter"u8 : "max_output_tokens"u8);
        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, ClientError? error)
    {
        if (error is null)
        {
            writer.WriteNull("error"u8);
            return;
        }

        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, error.Code);
        writer.WriteString("message"u8, error.Message);
        writer.WriteEndObject();
    }

    private static ReadOnlySpan<byte> StatusName(ResponseStatus status) => status switch
    {
        ResponseStatus.InProgress => "in_progress"u8,
        ResponseStatus.Completed => "completed"u8,
        ResponseStatus.Failed => "failed"u8,
        _ => "incomplete"u8,
    };
}
