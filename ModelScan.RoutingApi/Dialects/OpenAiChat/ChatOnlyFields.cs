using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Fields of a Chat request that ask for what no other format has: without them the answer would be another.</summary>
internal static class ChatOnlyFields
{
    /// <summary>Takes what says nothing, and refuses the rest.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">What it is to be said to.</param>
    /// <param name="tellsProbabilities">Whether that has probabilities of tokens.</param>
    /// <param name="losses">Takes note.</param>
    /// <exception cref="InvalidRequestException">It asks for several answers, for sound, or for probabilities.</exception>
    public static void Refuse(Request request, string target, bool tellsProbabilities, Losses losses)
    {
        if (request.Take("n") is { } count && count.Count(1) > 1)
            throw count.Refuse($"{target} gives one answer");
        if (!tellsProbabilities && request.WantsProbabilities is { } wish)
            losses.Drop(wish.Name);
        if (!tellsProbabilities && request.Take("logprobs") is { Flag: true } probabilities)
            throw probabilities.Refuse($"{target} tells no probabilities");
        if (request.Take("audio") is { } sound)
            throw sound.Refuse($"{target} does not speak");
        foreach (var modality in request.Take("modalities")?.Items() ?? default)
        {
            if (modality.Text != "text")
                throw modality.RefuseKind(modality.Text, target);
        }
    }
}
