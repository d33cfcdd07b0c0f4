namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>What one pass over a request's body finds.</summary>
/// <param name="Facts">What deciding needs to know.</param>
/// <param name="Stream">Whether the client asked for a stream.</param>
/// <param name="InlineRoutes">The JSON of the top-level <c>routing_preferences</c>, if there; a slice of the body.</param>
/// <param name="InlinePolicy">The JSON of the older <c>routing_policy</c>, if there; a slice of the body.</param>
internal readonly record struct ReadRequest(RequestFacts Facts, bool Stream, ReadOnlyMemory<byte> InlineRoutes, ReadOnlyMemory<byte> InlinePolicy);

/// <summary>
/// Reads the facts of a request in one forward pass over its bytes. Fields that routing does not need are skipped without
/// being looked at, however deep or odd they are.
/// </summary>
internal static class RequestReader
{
    private const int MaxDepth = 2048;
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Reads <paramref name="body"/> as a request of <paramref name="format"/>. Long texts of its messages are decoded when they are
    /// asked for, while its memory is still valid.
    /// </summary>
    /// <exception cref="InvalidRequestException">The body is not JSON, not an object, or lacks what the format requires.</exception>
    public static ReadRequest Read(ApiFormat format, ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith(ByteOrderMark))
            body = body[ByteOrderMark.Length..];
        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        var draft = new RequestDraft(body);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new InvalidRequestException($"the body must be a JSON object, not {JsonValues.NameOf(reader.TokenType)}");
            while (reader.NextMember())
                ReadProperty(format, ref reader, draft, body);
            while (reader.Read())
            {
                // Whatever follows the object is refused by the reader itself.
            }
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {JsonProblem.Describe(exception, body.Span)}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // Comparing a name or a type that is not valid Unicode; texts are read more leniently.
            throw new InvalidRequestException("Failed to parse JSON: a property name or a keyword is not valid Unicode", exception);
        }

        draft.RequireConversation(format);
        return new ReadRequest(draft.ToFacts(), draft.Stream, draft.InlineRoutes, draft.InlinePolicy);
    }

    private static void ReadProperty(ApiFormat format, ref Utf8JsonReader reader, RequestDraft draft, ReadOnlyMemory<byte> body)
    {
        if (reader.ValueTextEquals("model"u8))
        {
            reader.Read();
            draft.Model = JsonValues.OptionalText(ref reader, "model");
            RequestEnvelope.RequireName(draft.Model);
        }
        else if (reader.ValueTextEquals("stream"u8))
        {
            reader.Read();
            draft.Stream = JsonValues.OptionalFlag(ref reader, "stream");
        }
        else if (reader.ValueTextEquals("routing_preferences"u8))
        {
            draft.InlineRoutes = Slice(ref reader, body);
        }
        else if (reader.ValueTextEquals("routing_policy"u8))
        {
            draft.InlinePolicy = Slice(ref reader, body);
        }
        else
        {
            var known = format switch
            {
                ApiFormat.Messages => MessagesFacts.TryReadProperty(ref reader, draft),
                ApiFormat.Responses => ResponsesFacts.TryReadProperty(ref reader, draft),
                _ => ChatFacts.TryReadProperty(ref reader, draft),
            };
            if (known)
                return;
            reader.SkipValue();
        }
    }

    private static ReadOnlyMemory<byte> Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }
}
