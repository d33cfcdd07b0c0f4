using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// The fields of one event of a Responses stream, found in one pass over its JSON. Texts are slices of it: JSON strings with their
/// quotes, empty where absent or of another type.
/// </summary>
internal ref struct ResponsesStreamEvent
{
    private Utf8JsonReader _response;
    private Utf8JsonReader _error;

    /// <summary>The kind, such as <c>response.output_text.delta</c>.</summary>
    public string Type { get; private set; }

    public int OutputIndex { get; private set; }

    /// <summary><c>content_index</c> or <c>summary_index</c>.</summary>
    public int PartIndex { get; private set; }

    public ReadOnlySpan<byte> Delta { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    public ReadOnlySpan<byte> Refusal { get; private set; }

    public ReadOnlySpan<byte> Arguments { get; private set; }

    public ReadOnlySpan<byte> Input { get; private set; }

    /// <summary>JSON of the citation.</summary>
    public ReadOnlySpan<byte> Annotation { get; private set; }

    /// <summary>JSON array; empty where absent.</summary>
    public ReadOnlySpan<byte> Logprobs { get; private set; }

    public ResponsesStreamItem Item { get; private set; }

    /// <summary>Reads an event.</summary>
    /// <returns>Whether it is a JSON object with a <c>type</c>.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out ResponsesStreamEvent result)
    {
        result = default;
        var found = new ResponsesStreamEvent { Type = "" };
        var reader = new Utf8JsonReader(data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        found._error = reader;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            TakeField(ref reader, data, ref found);
        result = found;
        return !reader.Read() && found.Type.Length > 0;
    }

    private static void TakeField(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref ResponsesStreamEvent result)
    {
        if (reader.ValueTextEquals("type"u8))
        {
            reader.Read();
            result.Type = reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : "";
            reader.Skip();
        }
        else if (reader.ValueTextEquals("delta"u8))
        {
            result.Delta = ReadString(ref reader, data);
        }
        else if (reader.ValueTextEquals("output_index"u8))
        {
            result.OutputIndex = ReadIndex(ref reader);
        }
        else if (reader.ValueTextEquals("content_index"u8) || reader.ValueTextEquals("summary_index"u8))
        {
            result.PartIndex = ReadIndex(ref reader);
        }
        else if (reader.ValueTextEquals("text"u8))
        {
            result.Text = ReadString(ref reader, data);
        }
        else if (reader.ValueTextEquals("refusal"u8))
        {
            result.Refusal = ReadString(ref reader, data);
        }
        else if (reader.ValueTextEquals("arguments"u8))
        {
            result.Arguments = ReadString(ref reader, data);
        }
        else if (reader.ValueTextEquals("input"u8))
        {
            result.Input = ReadString(ref reader, data);
        }
        else if (reader.ValueTextEquals("annotation"u8))
        {
            result.Annotation = ReadValue(ref reader, data, JsonTokenType.StartObject);
        }
        else if (reader.ValueTextEquals("logprobs"u8))
        {
            result.Logprobs = ReadValue(ref reader, data, JsonTokenType.StartArray);
        }
        else if (reader.ValueTextEquals("item"u8))
        {
            reader.Read();
            result.Item = ResponsesStreamItem.Read(reader, data);
            reader.Skip();
        }
        else if (reader.ValueTextEquals("response"u8))
        {
            reader.Read();
            result._response = reader;
            reader.Skip();
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    public readonly string? ResponseId()
    {
        var reader = _response;
        return FindText(reader, "id"u8);
    }

    /// <summary>Seconds since 1970; 0 where absent.</summary>
    public readonly long ResponseCreatedAt()
    {
        var reader = _response;
        return TryFind(ref reader, "created_at"u8) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seconds) ? seconds : 0;
    }

    public readonly TokenTotals? Usage()
    {
        var reader = _response;
        return TryFind(ref reader, "usage"u8) ? ResponseUsage.Read(ref reader) : null;
    }

    public readonly string? IncompleteReason()
    {
        var reader = _response;
        return TryFind(ref reader, "incomplete_details"u8) && TryFind(ref reader, "reason"u8) && reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : null;
    }

    /// <summary>The error: in the response, in <c>error</c>, or the event itself.</summary>
    /// <param name="provider">The provider's name, to be put before the message; empty to leave it out.</param>
    public readonly ClientError Error(string provider)
    {
        var reader = _response;
        if (TryFind(ref reader, "error"u8) && reader.TokenType == JsonTokenType.StartObject)
            return Describe(reader, provider);
        reader = _error;
        return TryFind(ref reader, "error"u8) && reader.TokenType == JsonTokenType.StartObject ? Describe(reader, provider) : Describe(_error, provider);
    }

    private static ClientError Describe(Utf8JsonReader json, string provider)
    {
        var message = FindText(json, "message"u8) ?? "the provider reported an error";
        var code = FindText(json, "code"u8) ?? FindText(json, "type"u8);
        var error = new ClientError(StatusCodes.Status502BadGateway, provider.Length > 0 ? $"{provider}: {message}" : message, code is null or "error" ? "server_error" : code);

        // An event has no status; what it would have been decides the error's type for chat clients as it does for those of Messages.
        return StreamErrors.ForMessages(error);
    }

    private static string? FindText(Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        TryFind(ref reader, name) && reader.TokenType == JsonTokenType.String && JsonText.Read(ref reader) is { Length: > 0 } text ? text : null;

    // Moves a reader that stands on the start of an object to the value of a field.
    private static bool TryFind(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
                return true;
            reader.Skip();
        }

        return false;
    }

    private static int ReadIndex(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        var index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var given) && given >= 0 ? given : 0;
        reader.Skip();
        return index;
    }

    private static ReadOnlySpan<byte> ReadValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, JsonTokenType type)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isIt = reader.TokenType == type;
        reader.Skip();
        return isIt ? data[start..(int)reader.BytesConsumed] : default;
    }

    /// <summary>The string behind the property name at the reader's position, with quotes; empty for other types.</summary>
    internal static ReadOnlySpan<byte> ReadString(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return data[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        reader.Skip();
        return default;
    }
}

/// <summary>The fields of an item inside an event; texts as in <see cref="ResponsesStreamEvent"/>.</summary>
internal ref struct ResponsesStreamItem
{
    public string? Type { get; private set; }

    public ReadOnlySpan<byte> Id { get; private set; }

    public ReadOnlySpan<byte> CallId { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Arguments of a function, or input of a custom tool.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    public ReadOnlySpan<byte> EncryptedContent { get; private set; }

    public static ResponsesStreamItem Read(Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var item = default(ResponsesStreamItem);
        if (reader.TokenType != JsonTokenType.StartObject)
            return item;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                item.Type = reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                item.Id = ResponsesStreamEvent.ReadString(ref reader, data);
            }
            else if (reader.ValueTextEquals("call_id"u8))
            {
                item.CallId = ResponsesStreamEvent.ReadString(ref reader, data);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                item.Name = ResponsesStreamEvent.ReadString(ref reader, data);
            }
            else if (reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("input"u8))
            {
                item.Payload = ResponsesStreamEvent.ReadString(ref reader, data);
            }
            else if (reader.ValueTextEquals("encrypted_content"u8))
            {
                item.EncryptedContent = ResponsesStreamEvent.ReadString(ref reader, data);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return item;
    }
}
