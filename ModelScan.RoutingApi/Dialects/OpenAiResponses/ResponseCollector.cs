using System.Buffers;
using System.Runtime.InteropServices;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// Puts the whole answer together that a stream of the Responses API is about. The event that ends such a stream carries the
/// whole <c>response</c>; where its <c>output</c> is empty (subscriptions answer so) the items come from the events before it.
/// Dispose it to give its memory back. Not thread-safe.
/// </summary>
/// <remarks>
/// <code>
/// event: response.output_item.done   data: {"type": …, "output_index": 0, "item": {…}}
/// event: response.completed          data: {"type": …, "response": {"id": …, "output": […], "usage": {…}}}
/// </code>
/// </remarks>
/// <param name="provider">The provider's name, for errors; empty to leave it out.</param>
/// <param name="limit">Largest answer in bytes.</param>
internal sealed class ResponseCollector(string provider, int limit) : IDisposable
{
    private readonly SseReader _events = new(limit);
    private readonly SortedDictionary<int, byte[]> _items = [];
    private int _itemBytes;

    /// <summary>The answer as it would have come without a stream; <see langword="null"/> until the stream has said that it is complete.</summary>
    public ReadOnlyMemory<byte>? Answer { get; private set; }

    /// <summary>Memory that is held, in bytes.</summary>
    public int Held => _events.Held + _itemBytes;

    /// <summary>Takes the next piece of the stream.</summary>
    /// <exception cref="ProviderAnswerException">The stream says that the provider failed, or is not one of this API, or is larger than the limit.</exception>
    public void Add(ReadOnlySpan<byte> piece)
    {
        try
        {
            _events.Append(piece);
            while (Answer is null && _events.TryRead(out var next))
                Take(next);
        }
        catch (InvalidDataException exception)
        {
            throw new ProviderAnswerException(exception.Message, exception);
        }
    }

    /// <summary>Takes note that the stream has ended.</summary>
    /// <exception cref="ProviderAnswerException">It ended before the answer was complete.</exception>
    public void End()
    {
        try
        {
            if (Answer is null && _events.TryReadRest(out var last))
                Take(last);
        }
        catch (ProviderAnswerException exception) when (exception.Error is null)
        {
            // The last event was cut in its middle.
        }

        if (Answer is null)
            throw new ProviderAnswerException(StreamErrors.Cut);
    }

    public void Dispose() => _events.Dispose();

    private void Take(SseEvent next)
    {
        // Deltas are most of a stream, and what they add up to is said again at the end.
        if (next.Name.EndsWith(".delta"u8) || next.Data.SequenceEqual("[DONE]"u8))
            return;
        try
        {
            var reader = new Utf8JsonReader(next.Data, new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            Take(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ProviderAnswerException("an event of its stream is not valid JSON", exception);
        }
    }

    private void Take(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return;
        switch (type.GetString())
        {
            case "response.output_item.done" when root.TryGetProperty("item", out var item) && item.ValueKind == JsonValueKind.Object:
                Keep(root.TryGetProperty("output_index", out var index) && index.TryGetInt32(out var position) ? position : _items.Count, item);
                break;
            case "response.completed" or "response.incomplete" when root.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object:
                Answer = Complete(response);
                break;
            case "response.failed" when root.TryGetProperty("response", out var response):
                throw new ProviderAnswerException(ProviderError.Read(provider, JsonMarshal.GetRawUtf8Value(response)).Error);
            case "error":
                throw new ProviderAnswerException(ProviderError.Read(provider, JsonMarshal.GetRawUtf8Value(root)).Error);
        }
    }

    private void Keep(int index, JsonElement item)
    {
        var json = JsonMarshal.GetRawUtf8Value(item);
        _itemBytes += json.Length;
        if (_itemBytes > limit)
            throw new ProviderAnswerException($"its answer is larger than {limit} bytes");
        _items[index] = json.ToArray();
    }

    private byte[] Complete(JsonElement response)
    {
        if (_items.Count == 0 || (response.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.Array && output.GetArrayLength() > 0))
            return JsonMarshal.GetRawUtf8Value(response).ToArray();
        var buffer = new ArrayBufferWriter<byte>(_itemBytes + 1024);
        using var writer = new Utf8JsonWriter(buffer, WireJson.Options);
        writer.WriteStartObject();
        foreach (var member in response.EnumerateObject())
        {
            if (member.NameEquals("output"u8))
                continue;
            writer.WriteRaw(member.Name, JsonMarshal.GetRawUtf8Value(member.Value));
        }

        writer.WriteStartArray("output");
        foreach (var item in _items.Values)
            writer.WriteRawValue(item, skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
