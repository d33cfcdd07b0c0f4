using System.Buffers;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>One translated request, and the way back for its answer: a reader of the provider's format, a writer of the client's. Not thread-safe; used by one attempt.</summary>
public sealed class TranslatedExchange
{
    private readonly ClientCodec _client;
    private readonly FormatCodec _provider;
    private readonly WrittenRequest _written;
    private AnswerWriter? _writer;

    internal TranslatedExchange(ClientCodec client, FormatCodec provider, WrittenRequest written, AnswerContext context) =>
        (_client, _provider, _written, Context) = (client, provider, written, context);

    /// <summary>The request's body for the provider.</summary>
    public ReadOnlyMemory<byte> Body => _written.Body;

    /// <summary>Fields of the client's request that the provider does not get as they were said and that do not change the meaning, as paths without indexes, each once.</summary>
    public IReadOnlyList<string> Dropped => field ??= _written.Losses.Paths;

    /// <summary>Headers that the provider needs for this body (<c>anthropic-version</c>, say).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _written.Headers;

    /// <summary>
    /// What of the answer the client's format has no place for, as paths (<c>content.server_tool_use</c>), each once: of a whole one known
    /// after <see cref="TranslateAnswer"/>, of a stream as far as it has come.
    /// </summary>
    public IReadOnlyCollection<string> LeftOut => _writer?.LeftOut ?? [];

    /// <summary>What the answer is read and written by.</summary>
    internal AnswerContext Context { get; }

    /// <summary>Translates a complete 2xx answer.</summary>
    /// <exception cref="ProviderAnswerException">It is not an answer of the provider's format.</exception>
    public void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        using var writer = _client.WriteAnswer(Context);
        _writer = writer;
        writer.Output = output;
        AnswerReader.Read(answer.Span, _provider.ReadAnswer, writer, Context);
        if (writer.Error is { } error)
            throw new ProviderAnswerException(error);
    }

    /// <summary>Begins to translate a streamed answer.</summary>
    public StreamTranslation OpenStream()
    {
        _writer = _client.WriteStream(Context);
        return new StreamTranslation(_provider.ReadStream(Context), _writer);
    }
}
