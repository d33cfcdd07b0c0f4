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
        catch (JsonException exception)
        {
            throw new ProviderAnswerException($"the provider's answer is not JSON: {JsonProblem.Describe(exception, answer)}", exception);
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
}
