using System.Buffers;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>A translated request with the way back of its answer: a reader of the provider's format, a writer of the client's.</summary>
internal sealed class AnswerExchange(ApiFormat client, ApiFormat provider, AnswerContext request) : TranslatedExchange
{
    private readonly AnswerContext _context = request with { ProviderFormat = provider };

    private AnswerWriter? _writer;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> LeftOut => _writer?.LeftOut ?? [];

    /// <summary>What the answer is read and written by.</summary>
    public AnswerContext Context => _context;

    /// <inheritdoc/>
    public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> output)
    {
        using var writer = AnswerFormats.Writer(client, _context);
        _writer = writer;
        writer.Output = output;
        AnswerReader.Read(answer.Span, AnswerFormats.Reading(provider), writer, _context);
        if (writer.Error is { } error)
            throw new ProviderAnswerException(error);
    }

    /// <inheritdoc/>
    public override StreamTranslation OpenStream()
    {
        _writer = AnswerFormats.StreamWriter(client, _context);
        return new AnswerStream(AnswerFormats.StreamReader(provider, _context), _writer);
    }

    private sealed class AnswerStream(AnswerStreamReader reader, AnswerWriter writer) : StreamTranslation, IDisposable
    {
        public override bool IsComplete => writer.IsComplete;

        public override ClientError? Error => writer.Error;

        public override IReadOnlyCollection<string> LeftOut => writer.LeftOut;

        public override void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
        {
            if (IsComplete)
                return;
            writer.Output = output;
            reader.Read(piece, writer);
            ReleaseWhenComplete();
        }

        public override void End(IBufferWriter<byte> output)
        {
            if (IsComplete)
                return;
            writer.Output = output;
            reader.End(writer);
            ReleaseWhenComplete();
        }

        public override void Fail(ClientError error, IBufferWriter<byte> output)
        {
            writer.Output = output;
            writer.End(AnswerEnd.Failed(error));
            ReleaseWhenComplete();
        }

        // Happens by itself when the stream ends, and not before the piece is done: a reader that is being read from must not lose its buffer.
        public void Dispose()
        {
            reader.Dispose();
            writer.Dispose();
        }

        private void ReleaseWhenComplete()
        {
            if (IsComplete)
                Dispose();
        }
    }
}
