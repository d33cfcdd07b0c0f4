using System.Buffers;
using System.Text;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Lets clients of other formats talk to Converse: their requests become Messages requests first and Converse's then, and answers go the
/// same way back. Messages can say all that Converse can, so nothing is lost between that would not be lost anyway.
/// </summary>
/// <param name="toMessages">The client's translator for Messages providers.</param>
/// <param name="limits">The client's fields that bound the answer; without any of them Bedrock's own limit holds, not the one that Messages needs.</param>
/// <param name="names">What fields of a Messages request are in the client's format, for what the second step drops or refuses.</param>
internal sealed class ConverseThroughMessages(ITranslator toMessages, IReadOnlyList<string> limits, IReadOnlyDictionary<string, string> names)
{
    private const string Content = "messages.content";

    /// <summary>Translates a request in both steps.</summary>
    /// <exception cref="InvalidRequestException">The request is wrong, or cannot be said to Bedrock; names the client's field.</exception>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        var first = toMessages.Translate(body, context);

        // The provider's name is put before errors once, by the step that the client sees.
        var between = context with { ProviderName = "" };
        MessagesToConverseRequest request;
        try
        {
            request = RequestBody.Translate(body, between, (own, _) => RequestBody.Translate(
                first.Body, between, (messages, _) => MessagesToConverseRequest.Translate(messages, own, limits.Any(limit => own.Find(limit) is not null), between)));
        }
        catch (InvalidRequestException exception) when (exception.Field is { } field && exception.Message.StartsWith($"{field}: ", StringComparison.Ordinal))
        {
            throw new InvalidRequestException(NameOf(field), exception.Message[(field.Length + 2)..]);
        }

        var second = MessagesClientOnConverse.Exchange(request, between);
        return new Exchange(first, second)
        {
            Body = second.Body,
            Dropped = [.. first.Dropped.Except(MessagesToConverseRequest.OwnFields, StringComparer.Ordinal).Concat(second.Dropped.Select(NameOf)).Distinct(StringComparer.Ordinal)],
            Headers = second.Headers,
        };
    }

    // Indexes are left out: several messages of the one format can be one of the other.
    private string NameOf(string messagesPath)
    {
        var plain = new StringBuilder();
        var depth = 0;
        foreach (var character in messagesPath)
        {
            depth += character == '[' ? 1 : 0;
            if (depth == 0)
                plain.Append(character);
            depth -= character == ']' ? 1 : 0;
        }

        var path = plain.ToString();
        if (names.TryGetValue(path, out var name))
            return name;
        if (path.StartsWith($"{Content}.", StringComparison.Ordinal))
            return names.GetValueOrDefault(Content, Content);
        return path;
    }

    private sealed class Exchange(TranslatedExchange first, TranslatedExchange second) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client)
        {
            var message = new ArrayBufferWriter<byte>(answer.Length + 256);
            second.TranslateAnswer(answer, message);
            first.TranslateAnswer(message.WrittenMemory, client);
        }

        public override StreamTranslation OpenStream() => new ChainedStream(second.OpenStream(), first.OpenStream());
    }

    /// <summary>One stream's output is the other's input.</summary>
    private sealed class ChainedStream(StreamTranslation inner, StreamTranslation outer) : StreamTranslation, IDisposable
    {
        private readonly ArrayBufferWriter<byte> _between = new(1024);

        public override bool IsComplete => outer.IsComplete;

        public override ClientError? Error => outer.Error;

        public override void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> client)
        {
            if (IsComplete)
                return;
            inner.Write(piece, _between);
            Pass(client);
        }

        public override void End(IBufferWriter<byte> client)
        {
            if (IsComplete)
                return;
            inner.End(_between);
            Pass(client);
            outer.End(client);
        }

        public override void Fail(ClientError error, IBufferWriter<byte> client) => outer.Fail(error, client);

        public void Dispose()
        {
            (inner as IDisposable)?.Dispose();
            (outer as IDisposable)?.Dispose();
        }

        private void Pass(IBufferWriter<byte> client)
        {
            if (_between.WrittenCount > 0)
                outer.Write(_between.WrittenSpan, client);
            _between.ResetWrittenCount();
        }
    }
}
