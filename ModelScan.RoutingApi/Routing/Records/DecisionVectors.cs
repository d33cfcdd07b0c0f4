using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>
/// Keeps beside what a decision was made on the vectors that the encoder made of it (<c>request_log.decision_inputs: vectors</c>), and brings
/// them back before it is made again: then ten thousand requests are decided in the time that the encoder takes for some hundred. Two
/// bytes a component are enough: what is lost is a hundredth of what processors differ by.
/// </summary>
internal sealed class DecisionVectors(ClassifierFactory classifiers)
{
    /// <summary>Adds the vectors that are remembered.</summary>
    /// <param name="input">What a decision was made on, as <see cref="DecisionInput.Write"/> wrote it and without secrets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<string> AddAsync(string input, CancellationToken cancellationToken)
    {
        var messages = DecisionInput.Read(input);
        if (messages.Count == 0 || await classifiers.EncoderAsync().WaitAsync(cancellationToken) is not { } classifier)
            return input;
        try
        {
            return DecisionInput.WithVectors(input, await classifier.FingerprintAsync(cancellationToken), classifier.KnownVectorsOf(messages));
        }
        catch (RouteClassificationException)
        {
            return input; // without them it takes longer to decide again, and no more
        }
    }

    /// <summary>Brings them back, and has those made that are not there, for one of many decisions.</summary>
    /// <param name="input">What <see cref="AddAsync"/> gave.</param>
    /// <param name="messages">The messages in it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RouteClassificationException">The encoder is too busy, or failed.</exception>
    public async ValueTask BringBackAsync(string input, IReadOnlyList<ConversationMessage> messages, CancellationToken cancellationToken)
    {
        if (await classifiers.EncoderAsync().WaitAsync(cancellationToken) is not { } classifier)
            return;
        if (input.Contains("\"vector\":", StringComparison.Ordinal))
            classifier.Remember(messages, DecisionInput.Vectors(input, await classifier.FingerprintAsync(cancellationToken)));
        await classifier.PrepareAsync(messages, cancellationToken);
    }
}
