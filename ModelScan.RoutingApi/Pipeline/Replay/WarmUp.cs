using System.Buffers;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Pipeline.Replay;

/// <summary>Answers a request that only says what later ones go on from (<c>generate: false</c>): a response that is complete and empty.</summary>
internal static class WarmUp
{
    /// <summary>Writes the response's events.</summary>
    /// <param name="body">The request.</param>
    /// <param name="output">Takes the events.</param>
    /// <param name="model">The model as the client named it.</param>
    /// <param name="previousId">The response that it goes on from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="newId">Makes the random part of an id.</param>
    /// <returns>The response's id.</returns>
    /// <exception cref="InvalidRequestException">The body is not a JSON object.</exception>
    public static string Write(ReadOnlyMemory<byte> body, IBufferWriter<byte> output, string model, string? previousId, TimeProvider time, Func<string> newId)
    {
        var context = new TranslationContext(model, model, new ModelCapabilities(), time, newId) { PreviousResponseId = previousId };
        var envelope = RequestDocument.Read(body, root => new ResponseEnvelope("resp_" + newId(), time.GetUtcNow().ToUnixTimeSeconds(), model, time, ResponseEcho.Of(root, context)));
        using var events = new ResponsesEventWriter(envelope, newId);
        events.Complete(output, ResponseStatus.Completed, default(TokenTotals));
        return envelope.Id;
    }
}
