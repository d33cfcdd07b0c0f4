using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>The readers and writers of each format's answers.</summary>
internal static class AnswerFormats
{
    /// <summary>Reads streams of a provider's format.</summary>
    public static AnswerStreamReader StreamReader(ApiFormat provider, AnswerContext context) => provider switch
    {
        ApiFormat.Messages => new MessagesStreamReader(context),
        ApiFormat.Responses => new ResponsesStreamReader(context),
        ApiFormat.Converse => new ConverseStreamReader(context),
        _ => new ChatStreamReader(context),
    };

    /// <summary>Reads whole answers of a provider's format.</summary>
    public static AnswerReader.Reading Reading(ApiFormat provider) => provider switch
    {
        ApiFormat.Messages => MessagesAnswerReader.Read,
        ApiFormat.Responses => ResponsesAnswerReader.Read,
        ApiFormat.Converse => ConverseAnswerReader.Read,
        _ => ChatAnswerReader.Read,
    };

    /// <summary>Writes streams of a client's format.</summary>
    public static AnswerWriter StreamWriter(ApiFormat client, AnswerContext context) => client switch
    {
        ApiFormat.Messages => new MessagesStreamWriter(context),
        ApiFormat.Responses when context.Compaction is not null => new CompactionWriter(context, isWhole: false),
        ApiFormat.Responses => new ResponsesWriter(context, isWhole: false),
        _ => new ChatStreamWriter(context),
    };

    /// <summary>Writes whole answers of a client's format.</summary>
    public static AnswerWriter Writer(ApiFormat client, AnswerContext context) => client switch
    {
        ApiFormat.Messages => new MessagesAnswerWriter(context),
        ApiFormat.Responses when context.Compaction is not null => new CompactionWriter(context, isWhole: true),
        ApiFormat.Responses => new ResponsesWriter(context, isWhole: true),
        _ => new ChatAnswerWriter(context),
    };
}
