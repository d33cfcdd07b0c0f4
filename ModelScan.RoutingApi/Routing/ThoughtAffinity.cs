using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// Keeps a conversation with the model whose thoughts it holds, where nobody else can read them: it is asked first, whatever the decision
/// was. A client that names another model gets that one. Of several candidates those come first that can read a conversation which a
/// provider has compacted.
/// </summary>
internal static class ThoughtAffinity
{
    /// <summary>Puts the author of the last thoughts in front.</summary>
    /// <param name="request">The request.</param>
    /// <param name="candidates">The models to be asked, in order.</param>
    public static void Apply(ClientRequest request, List<ModelTarget> candidates)
    {
        if (request.Format != ApiFormat.Responses)
            return;
        if (candidates.Count > 1 && CompactionSeal.IsMentionedIn(request.Whole.Span) && CompactionSeal.IsForeignIn(SlicedJson.Member(request.Whole, "input"u8)))
            PutFirst(candidates, target => target.Capabilities.Compaction && target.Formats.Contains(ApiFormat.Responses));
        if (request.Earlier is not { } earlier || !earlier.HasSealedThoughts)
            return;
        if (request.Snapshot.Models.Find(earlier.Last.Model) is not { } author || ProviderAccount.Of(author) != earlier.Last.Account)
            return;
        candidates.Remove(author);
        candidates.Insert(0, author);
    }

    private static void PutFirst(List<ModelTarget> candidates, Func<ModelTarget, bool> isFirst)
    {
        ModelTarget[] ordered = [.. candidates.OrderBy(candidate => isFirst(candidate) ? 0 : 1)];
        candidates.Clear();
        candidates.AddRange(ordered);
    }
}
