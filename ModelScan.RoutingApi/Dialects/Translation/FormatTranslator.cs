using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Joins the reader of the client's format and the writer of the provider's.</summary>
/// <param name="client">The client's format.</param>
/// <param name="provider">The provider's format.</param>
public abstract class FormatTranslator(ApiFormat client, ApiFormat provider) : ITranslator
{
    public ApiFormat Client => client;

    public ApiFormat Provider => provider;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RequestBody.Translate(body, context, Translate);
    }

    private AnswerExchange Translate(RequestField root, TranslationContext context)
    {
        var request = Read(root);
        request.Betas = context.Betas;
        request.WantsThoughtState |= context.IsRemembered;
        if (context.IsKept)
            request.Forget("store");

        request.Compacts |= context.IsCompaction;
        if (request.Compacts)
            CompactionRequest.Apply(request);
        request.IsStream &= !context.IsCompaction;
        var written = Write(request, context);
        return new AnswerExchange(client, provider, Answer(request, written, context))
        {
            Body = written.Body,
            Dropped = written.Losses.Paths,
            Headers = written.Headers,
        };
    }

    private Request Read(RequestField root) => client switch
    {
        ApiFormat.Messages => MessagesRequestReader.Read(root),
        ApiFormat.Responses => ResponsesRequestReader.Read(root),
        _ => ChatRequestReader.Read(root),
    };

    private WrittenRequest Write(Request request, TranslationContext context) => provider switch
    {
        ApiFormat.Messages => MessagesRequestWriter.Write(request, context),
        ApiFormat.Responses => ResponsesRequestWriter.Write(request, context),
        ApiFormat.Converse => ConverseRequestWriter.Write(request, context),
        _ => ChatRequestWriter.Write(request, context),
    };

    private AnswerContext Answer(Request request, WrittenRequest written, TranslationContext context)
    {
        var size = RequestSize.Of(request);
        var naming = written.Naming;
        return AnswerContext.Of(context) with
        {
            EstimatedInput = client == ApiFormat.Messages ? size.TokensOf(written.Body.Length) : TokenEstimate.OfBytes(size.TextBytes),
            WantsUsage = request.WantsUsage,
            Thoughts = DisplayOf(request, context),
            WantsThoughtState = request.WantsThoughtState,
            HasTools = naming.Count > 0,
            Tool = name => naming.ForClient(name) is { } tool ? new CalledTool(tool.Name, tool.Namespace, tool.Kind == ToolKind.Custom, tool.ClientTool) : new CalledTool(name),
            Compaction = request.Compacts ? new CompactionAnswer(context.IsCompaction, context.IsCompaction ? CompactionRequest.KeptOf(request.Root) : []) : null,
            Echo = client == ApiFormat.Responses ? ResponseEcho.Of(request.Root, context) : [],
        };
    }

    // Clients of Messages do not expect thoughts that they did not ask for, save from models that cannot but show them.
    private ThoughtDisplay DisplayOf(Request request, TranslationContext context) => client switch
    {
        ApiFormat.Messages when provider == ApiFormat.ChatCompletions =>
            request.Reasoning.Thinks || context.Capabilities.ReasoningContent || context.Capabilities.ThinkTags ? ThoughtDisplay.Shown : ThoughtDisplay.Hidden,
        ApiFormat.Messages when provider == ApiFormat.Responses => request.Reasoning.Thinks ? ThoughtDisplay.Shown : ThoughtDisplay.Hidden,
        ApiFormat.Responses when provider != ApiFormat.ChatCompletions || request.Reasoning.Summarizes => ThoughtDisplay.Summarized,
        _ => ThoughtDisplay.Shown,
    };
}
