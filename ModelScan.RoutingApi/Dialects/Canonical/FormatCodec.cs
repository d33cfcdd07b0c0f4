using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>How requests are said to providers of a format, and how their answers are read.</summary>
/// <param name="WriteRequest">Says a request.</param>
/// <param name="ReadAnswer">Reads a whole answer.</param>
/// <param name="ReadStream">Makes what reads a stream.</param>
internal sealed record FormatCodec(
    Func<Request, TranslationContext, WrittenRequest> WriteRequest, AnswerReader.Reading ReadAnswer, Func<AnswerContext, AnswerStreamReader> ReadStream)
{
    /// <summary>How clients of the format are served; <see langword="null"/> where only providers speak it.</summary>
    public ClientCodec? Client { get; init; }
}

/// <summary>How requests of a format's clients are read, and how they are answered.</summary>
/// <param name="ReadRequest">Reads a request.</param>
/// <param name="WriteAnswer">Makes what writes a whole answer.</param>
/// <param name="WriteStream">Makes what writes a stream.</param>
internal sealed record ClientCodec(Func<RequestField, Request> ReadRequest, Func<AnswerContext, AnswerWriter> WriteAnswer, Func<AnswerContext, AnswerWriter> WriteStream);
