using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Sse;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Endpoints;

/// <summary>The simplest translation there can be, from Messages to Chat Completions: it wraps requests and answers, and shouts streams.</summary>
internal sealed class ShoutingTranslator : ITranslator
{
    public ApiFormat Client => ApiFormat.Messages;

    public ApiFormat Provider => ApiFormat.ChatCompletions;

    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        if (Encoding.UTF8.GetString(body.Span).Contains("impossible", StringComparison.Ordinal))
            throw new InvalidRequestException("messages[0]", "cannot be said to this model");
        return new Exchange
        {
            Body = Encoding.UTF8.GetBytes($"{{\"model\":\"{context.ProviderModel}\",\"client_model\":\"{context.ClientModel}\"}}"),
            Dropped = ["top_k", "thinking"],
            Headers = [new("x-translated", "yes")],
        };
    }

    private sealed class Exchange : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client)
        {
            if (answer.Span[0] != '{')
                throw new ProviderAnswerException("the provider's answer is not JSON");
            client.Write("{\"wrapped\":"u8);
            client.Write(answer.Span);
            client.Write("}"u8);
        }

        public override StreamTranslation OpenStream() => new Stream();
    }

    private sealed class Stream : StreamTranslation
    {
        private bool _isComplete;

        public override bool IsComplete => _isComplete;

        public override void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> client) =>
            client.Write(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(piece).ToUpperInvariant()));

        public override void End(IBufferWriter<byte> client)
        {
            _isComplete = true;
            client.Write("data: THE END\n\n"u8);
        }

        public override void Fail(ClientError error, IBufferWriter<byte> client)
        {
            _isComplete = true;
            SseErrorEvent.Write(client, ApiFormat.Messages, error);
        }
    }
}
