using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Says requests of one format to providers of another: read once, then fitted and written for each provider that is asked.</summary>
public static class Translator
{
    /// <summary>Whether clients of one format can be brought to providers of another.</summary>
    public static bool Joins(ApiFormat client, ApiFormat provider) => client != provider && FormatCodecs.Of(client).Client is not null;

    /// <summary>Translates a request for one provider.</summary>
    /// <param name="client">The client's format.</param>
    /// <param name="provider">The provider's format.</param>
    /// <param name="body">The client's JSON.</param>
    /// <param name="context">Both models' names and what the target can take.</param>
    /// <exception cref="InvalidRequestException">
    /// The request is wrong, or says something that the target cannot express and that matters; names the field.
    /// </exception>
    public static TranslatedExchange Translate(ApiFormat client, ApiFormat provider, ReadOnlyMemory<byte> body, TranslationContext context)
    {
        using var open = Read(client, body);
        return Translate(open.Request, provider, context);
    }

    /// <summary>Reads a request, for any number of providers; dispose it when none can be asked any more.</summary>
    /// <exception cref="InvalidRequestException">It is not a request of this format.</exception>
    internal static OpenRequest Read(ApiFormat client, ReadOnlyMemory<byte> body)
    {
        var document = RequestDocument.Open(body);
        try
        {
            return new OpenRequest(document.Read(FormatCodecs.OfClient(client).ReadRequest), document);
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>Says a request to a provider; it can be said to others afterwards, one at a time.</summary>
    /// <exception cref="InvalidRequestException">It cannot be said to this provider or to this model.</exception>
    internal static TranslatedExchange Translate(Request request, ApiFormat provider, TranslationContext context)
    {
        request.Betas = context.Betas;
        request.ReleaseFields();
        var codec = FormatCodecs.Of(provider);
        var written = codec.WriteRequest(request, context);
        return new TranslatedExchange(FormatCodecs.OfClient(request.Source), codec, written, AnswerOf(request, provider, written, context));
    }

    private static AnswerContext AnswerOf(Request request, ApiFormat provider, WrittenRequest written, TranslationContext context)
    {
        var size = RequestSize.Of(request);
        var naming = written.Naming;
        return AnswerContext.Of(context) with
        {
            ProviderFormat = provider,
            EstimatedInput = request.Source == ApiFormat.Messages ? size.TokensOf(written.Body.Length) : TokenEstimate.OfBytes(size.TextBytes),
            WantsUsage = request.WantsUsage,
            Thoughts = DisplayOf(request, provider, context),
            WantsThoughtState = request.WantsThoughtState,
            HasTools = naming.Count > 0,
            Tool = name => naming.ForClient(name) is { } tool ? new CalledTool(tool.Name, tool.Namespace, tool.Kind == ToolKind.Custom, tool.ClientTool) : new CalledTool(name),
            Compaction = request.Compacts ? new CompactionAnswer(context.IsCompaction, context.IsCompaction ? CompactionRequest.KeptOf(request.Root, context.NewId) : []) : null,
            Echo = request.Source == ApiFormat.Responses ? ResponseEcho.Of(request.Root, context) : [],
        };
    }

    // Clients of Messages do not expect thoughts that they did not ask for, save from models that cannot but show them. Those of Responses have a
    // place for summaries and one for the thoughts themselves, which only models of Chat Completions show.
    private static ThoughtDisplay DisplayOf(Request request, ApiFormat provider, TranslationContext context) => request.Source switch
    {
        ApiFormat.Messages when provider is ApiFormat.ChatCompletions or ApiFormat.Responses =>
            request.Reasoning.Thinks || context.Capabilities.ReasoningContent || context.Capabilities.ThinkTags ? ThoughtDisplay.Shown : ThoughtDisplay.Hidden,
        ApiFormat.Responses when provider != ApiFormat.ChatCompletions || request.Reasoning.Summarizes => ThoughtDisplay.Summarized,
        _ => ThoughtDisplay.Shown,
    };
}
