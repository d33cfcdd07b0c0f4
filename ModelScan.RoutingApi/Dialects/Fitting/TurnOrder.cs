using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>A turn of a conversation in which user and assistant alternate.</summary>
/// <param name="isAssistant">Who speaks.</param>
internal sealed class AlternatingTurn(bool isAssistant)
{
    public bool IsAssistant { get; } = isAssistant;

    /// <summary>Calls of the turn before, whose results stand in front of everything else.</summary>
    public List<CallPart> Answered { get; } = [];

    public List<Part> Parts { get; } = [];
}

/// <summary>
/// The order that Anthropic and Bedrock ask for: turns alternate and begin with the user's, the results of all calls of a turn stand at the
/// beginning of the next, no text is blank, and what is said about the model in the middle of it is said by the user.
/// </summary>
internal sealed class TurnOrder
{
    private readonly List<AlternatingTurn> _turns = [];

    private TurnOrder()
    {
    }

    public IReadOnlyList<AlternatingTurn> Turns => _turns;

    /// <summary>Whether the conversation ends in results of calls that no thought led to: a model that is made to think would not take it.</summary>
    public bool EndsInCallsWithoutThought => _turns is [.., { IsAssistant: true } calling, { Answered.Count: > 0, Parts.Count: 0 }] && calling.Parts[0] is not ThoughtPart;

    /// <summary>Orders the turns of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="system">Texts of the system prompt; they become the user's where nobody says anything else, and the list is emptied.</param>
    /// <param name="isTakenBack">Whether a thought may come back to this model.</param>
    /// <param name="losses">Takes note of thoughts that may not.</param>
    /// <exception cref="InvalidRequestException">There is nothing to answer.</exception>
    public static TurnOrder Of(Request request, List<TextPart> system, Func<ThoughtPart, bool> isTakenBack, Losses losses)
    {
        var order = new TurnOrder();
        foreach (var turn in request.Turns)
            order.Add(turn, isTakenBack, losses);
        if (order._turns.Count == 0)
            order.AddSystem(request, system);
        return order;
    }

    private void Add(Turn turn, Func<ThoughtPart, bool> isTakenBack, Losses losses)
    {
        var anyTaken = false;
        foreach (var part in turn.Parts)
        {
            switch (part)
            {
                case TextPart { Text.IsBlank: true }:
                    break;
                case ThoughtPart { State: null } thought:
                    if (!anyTaken)
                        losses.Drop(thought.Place);
                    break;
                case ThoughtPart thought when !isTakenBack(thought):
                    losses.Drop(thought.Place);
                    break;
                default:
                    anyTaken |= part is ThoughtPart;
                    Open(turn.Role == Role.Assistant).Parts.Add(part);
                    break;
            }
        }

        if (!turn.HasCalls)
            return;
        var next = Open(isAssistant: false);
        foreach (var part in turn.Parts)
        {
            if (part is CallPart call)
                next.Answered.Add(call);
        }
    }

    private AlternatingTurn Open(bool isAssistant)
    {
        if (_turns is [.., var last] && last.IsAssistant == isAssistant)
            return last;
        if (_turns.Count == 0 && isAssistant)
            Begin(isAssistant: false).Parts.Add(new TextPart("(The conversation begins with the assistant.)"));
        return Begin(isAssistant);
    }

    private AlternatingTurn Begin(bool isAssistant)
    {
        var turn = new AlternatingTurn(isAssistant);
        _turns.Add(turn);
        return turn;
    }

    // Nothing but rules: they are what the model is to answer.
    private void AddSystem(Request request, List<TextPart> system)
    {
        if (system.TrueForAll(text => text.Text.IsBlank))
            throw new InvalidRequestException(request.Source == ApiFormat.Responses ? "input" : "messages", "has nothing for the model to answer");
        Begin(isAssistant: false).Parts.AddRange(system);
        system.Clear();
    }
}
