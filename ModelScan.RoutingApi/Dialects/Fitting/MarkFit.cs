using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Marks of parts that OpenAI's formats have no place for: what to cache, what to cite.</summary>
internal static class MarkFit
{
    /// <summary>Takes note of the marks of some parts.</summary>
    /// <param name="parts">What somebody says.</param>
    /// <param name="request">The request.</param>
    /// <param name="isSystem">Whether they are of the system prompt.</param>
    /// <param name="losses">Takes note.</param>
    public static void Drop(IReadOnlyList<Part> parts, Request request, bool isSystem, Losses losses)
    {
        foreach (var part in parts)
        {
            if (part.Cache is not null)
                losses.Drop(isSystem && request.Source == ApiFormat.Messages ? "system.cache_control" : "messages.content.cache_control");
            if (part is FilePart { IsCited: true } or SearchResultPart { IsCited: true })
                losses.Drop("messages.content.citations");
        }
    }

    /// <summary>Takes note of the marks of a call's result.</summary>
    public static void Drop(ResultPart result, Request request, Losses losses)
    {
        Drop(result.Content, request, isSystem: false, losses);
        if (result.Cache is not null)
            losses.Drop("messages.content.cache_control");
    }
}
