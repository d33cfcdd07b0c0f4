using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Every format's readers and writers: a new one has its line here, and nowhere else.</summary>
internal static class FormatCodecs
{
    private static readonly FormatCodec Chat = new(ChatRequestWriter.Write, ChatAnswerReader.Read, static context => new ChatStreamReader(context))
    {
        Client = new ClientCodec(ChatRequestReader.Read, static context => new ChatAnswerWriter(context), static context => new ChatStreamWriter(context)),
    };

    private static readonly FormatCodec Messages = new(MessagesRequestWriter.Write, MessagesAnswerReader.Read, static context => new MessagesStreamReader(context))
    {
        Client = new ClientCodec(MessagesRequestReader.Read, static context => new MessagesAnswerWriter(context), static context => new MessagesStreamWriter(context)),
    };

    private static readonly FormatCodec Responses = new(ResponsesRequestWriter.Write, ResponsesAnswerReader.Read, static context => new ResponsesStreamReader(context))
    {
        Client = new ClientCodec(ResponsesRequestReader.Read, static context => ResponsesWriter.Of(context, isWhole: true), static context => ResponsesWriter.Of(context, isWhole: false)),
    };

    private static readonly FormatCodec Converse = new(ConverseRequestWriter.Write, ConverseAnswerReader.Read, static context => new ConverseStreamReader(context));

    /// <summary>Those of a format.</summary>
    public static FormatCodec Of(ApiFormat format) => format switch
    {
        ApiFormat.Messages => Messages,
        ApiFormat.Responses => Responses,
        ApiFormat.Converse => Converse,
        _ => Chat,
    };

    /// <summary>Those of a format that clients speak.</summary>
    /// <exception cref="InvalidOperationException">None does.</exception>
    public static ClientCodec OfClient(ApiFormat format) => Of(format).Client ?? throw new InvalidOperationException($"no client speaks {format}");
}
