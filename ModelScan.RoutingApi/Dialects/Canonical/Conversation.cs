namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>
/// Puts the turns of a request together while it is read. All vendors want the results of calls right behind them, and some that calls have
/// ids that occur once; clients write them in several orders, leave results out that were interrupted, and forget calls when they make a
/// conversation shorter. So each call gets its result, wherever that stands behind it; a result without a call becomes a text.
/// </summary>
internal sealed class Conversation(Request request)
{
    private const string Interrupted = "Interrupted: the tool gave no result.";

    private readonly List<CallPart> _calls = [];
    private readonly List<(Turn Turn, int At, int Calls, ResultPart Result)> _results = [];
    private Turn? _resultTurn;

    /// <summary>The turn that is being spoken; another begins where the speaker changes.</summary>
    public Turn Turn(Role role, bool isDeveloper = false)
    {
        if (request.Turns is [.., var last] && last.Role == role && last.IsDeveloper == isDeveloper && role != Role.System)
            return last;
        var turn = new Turn(role) { IsDeveloper = isDeveloper };
        request.Turns.Add(turn);
        return turn;
    }

    /// <summary>Begins a turn even if the last one was of the same speaker: formats that have messages keep them apart.</summary>
    public Turn NewTurn(Role role, bool isDeveloper = false)
    {
        var turn = new Turn(role) { IsDeveloper = isDeveloper };
        request.Turns.Add(turn);
        return turn;
    }

    /// <summary>The turn that results of calls stand in, where they are messages or items of their own.</summary>
    public Turn ResultTurn()
    {
        if (_resultTurn is null || request.Turns[^1] != _resultTurn)
            _resultTurn = NewTurn(Role.User);
        return _resultTurn;
    }

    /// <summary>Adds what whoever set the model up says: the system prompt at the beginning, a turn of its own later on.</summary>
    /// <exception cref="InvalidRequestException">There is something in it that is no text.</exception>
    public void AddSystem(List<Part> parts, bool isDeveloper)
    {
        if (parts.Find(part => part is not TextPart) is { } other)
            throw other.Refuse("only text can stand here");
        if (request.Turns.Count > 0)
            NewTurn(Role.System, isDeveloper).Parts.AddRange(parts);
        else if (parts.Count > 0 || request.Source == ApiFormat.ChatCompletions)
            request.SystemMessages.Add((parts.ConvertAll(part => (TextPart)part), isDeveloper));
    }

    /// <summary>Adds a call to a turn of the assistant's.</summary>
    public void AddCall(Turn turn, CallPart call)
    {
        turn.Parts.Add(call);
        _calls.Add(call);
    }

    /// <summary>Adds a result.</summary>
    /// <param name="turn">A turn of the user's, whose part it would be without its call.</param>
    /// <param name="result">The result.</param>
    public void AddResult(Turn turn, ResultPart result) => _results.Add((turn, turn.Parts.Count, _calls.Count, result));

    /// <summary>Brings calls and results together.</summary>
    public void Complete()
    {
        if (_calls.Count > 0)
            Match();
        TellTheRest();
        foreach (var call in _calls)
        {
            if (call.Result is not null)
                continue;
            call.Result = new ResultPart(call.Id, [new TextPart(Interrupted)], null) { IsError = true, IsPlain = true };
            request.Losses.Change(ResultPlace);
        }

        request.Turns.RemoveAll(turn => turn.Parts.Count == 0);
    }

    private string ResultPlace => request.Source switch
    {
        ApiFormat.Responses => "input.function_call.result",
        ApiFormat.ChatCompletions => "messages.tool_calls.result",
        _ => "messages.content.tool_use.result",
    };

    // Ids may occur again in later turns: a result belongs to the last call of its id before it, or, in formats where the order means
    // nothing, to the next behind it.
    private void Match()
    {
        var byId = new Dictionary<string, CallsOfId>(StringComparer.Ordinal);
        for (var i = 0; i < _calls.Count; i++)
        {
            if (!byId.TryGetValue(_calls[i].Id, out var calls))
                byId.Add(_calls[i].Id, calls = new CallsOfId());
            calls.Places.Add(i);
        }

        for (var i = 0; i < _results.Count; i++)
        {
            var (_, _, before, result) = _results[i];
            if (!byId.TryGetValue(result.CallId, out var calls) || calls.Take(before, request.Source == ApiFormat.Responses) is not { } place)
                continue;
            _calls[place].Result = result;
            _results[i] = _results[i] with { Calls = -1 };
        }

        _results.RemoveAll(result => result.Calls < 0);
    }

    // Results without a call stand as texts where they stood; those of one turn follow each other.
    private void TellTheRest()
    {
        for (var i = 0; i < _results.Count;)
        {
            var turn = _results[i].Turn;
            var (parts, copied) = (new List<Part>(), 0);
            for (; i < _results.Count && _results[i].Turn == turn; i++)
            {
                parts.AddRange(turn.Parts[copied.._results[i].At]);
                parts.AddRange(AsText(_results[i].Result));
                copied = _results[i].At;
            }

            parts.AddRange(turn.Parts[copied..]);
            turn.Parts.Clear();
            turn.Parts.AddRange(parts);
        }
    }

    private static List<Part> AsText(ResultPart result)
    {
        var head = $"Result of earlier tool call {result.CallId}:";
        if (result.IsTextOnly)
            return [new TextPart($"{head}\n{result.MarkedText}")];
        return [new TextPart(result.IsError ? $"{head}\nError:" : head), .. result.Content];
    }

    // The calls of one id that wait for a result, by their places among all calls.
    private sealed class CallsOfId
    {
        private readonly Stack<int> _open = [];
        private int _next;

        public List<int> Places { get; } = [];

        /// <summary>The last open call among the first <paramref name="before"/>, a number that never falls; else, where that is allowed, the next one behind.</summary>
        public int? Take(int before, bool orBehind)
        {
            for (; _next < Places.Count && Places[_next] < before; _next++)
                _open.Push(Places[_next]);
            return _open.TryPop(out var place) ? place : orBehind && _next < Places.Count ? Places[_next++] : null;
        }
    }
}
