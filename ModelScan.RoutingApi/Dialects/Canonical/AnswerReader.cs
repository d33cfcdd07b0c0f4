using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Reads a provider's whole answer and pushes its events, the same as those of a stream, in one go.</summary>
internal static class AnswerReader
{
    /// <summary>Reads.</summary>
    /// <param name="answer">The body of a 2xx answer.</param>
    /// <param name="read">Reads valid UTF-8 of the provider's format.</param>
    /// <param name="sink">Takes the events; complete afterwards.</param>
    /// <param name="context">What the answer is read by.</param>
    /// <exception cref="ProviderAnswerException">It is not of the format.</exception>
    public static void Read(ReadOnlySpan<byte> answer, Reading read, IAnswerSink sink, AnswerContext context)
    {
        try
        {
            read(ProviderText.Valid(answer), sink, context);
        }
        catch (Exception exception) when (exception is JsonException or InvalidRequestException)
        {
            throw NotJson(answer, exception);
        }
        catch (InvalidOperationException exception)
        {
            // A name with half of a surrogate pair in it, which cannot be compared with any.
            throw new ProviderAnswerException("the provider's answer has a field whose name is not valid Unicode", exception);
        }
    }

    /// <summary>A format's way to read.</summary>
    public delegate void Reading(ReadOnlySpan<byte> answer, IAnswerSink sink, AnswerContext context);

    /// <summary>A reader on the first token of an answer, which has to be an object.</summary>
    /// <exception cref="ProviderAnswerException">It is none.</exception>
    public static Utf8JsonReader Open(ReadOnlySpan<byte> answer)
    {
        var json = EventJson.ReaderOf(answer);
        json.Read();
        return json.TokenType == JsonTokenType.StartObject ? json : throw new ProviderAnswerException("the provider's answer is not a JSON object");
    }

    // What is wrong may have been seen in a part of the answer: its place is told in the whole.
    private static ProviderAnswerException NotJson(ReadOnlySpan<byte> answer, Exception seen)
    {
        try
        {
            var json = EventJson.ReaderOf(answer);
            while (json.Read())
            {
                // The reader itself says what is wrong.
            }

            return new ProviderAnswerException("the provider's answer is not JSON", seen);
        }
        catch (JsonException exception)
        {
            return new ProviderAnswerException($"the provider's answer is not JSON: {JsonProblem.Describe(exception, answer)}", exception);
        }
    }
}
