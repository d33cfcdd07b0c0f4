using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Reads a whole response.</summary>
internal static class ResponsesAnswerReader
{
    /// <summary>Reads.</summary>
    /// <exception cref="ProviderAnswerException">It is no response, or one that failed.</exception>
    public static void Read(ReadOnlySpan<byte> answer, IAnswerSink sink, AnswerContext context)
    {
        _ = AnswerReader.Open(answer);
        var response = ResponsesEvent.ReadWhole(answer);
        if (!response.ResponseError.IsEmpty)
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, answer).Error);
        var isIncomplete = response.Status.SequenceEqual("\"incomplete\""u8);
        if (!response.Status.IsEmpty && !isIncomplete && !response.Status.SequenceEqual("\"completed\""u8))
            throw new ProviderAnswerException(context.Error($"answered with a response that is {EscapedText.Decode(response.Status)}"));
        if (response.Output.IsEmpty)
            throw new ProviderAnswerException("the provider's answer is no response: it holds no output");
        new ResponsesAnswer(context).End(in response, isIncomplete, sink);
    }
}
