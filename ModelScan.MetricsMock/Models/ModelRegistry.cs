using System.Collections.Immutable;

namespace ModelScan.MetricsMock.Models;

/// <summary>
/// The models as they are now. Readers take one immutable snapshot and no lock; writers take turns and swap the snapshot.
/// </summary>
internal sealed class ModelRegistry(IReadOnlyList<MockModel> startModels)
{
    private readonly Lock _writing = new();
    private ImmutableSortedDictionary<string, MockModel> _models = Index(startModels);

    /// <summary>All models, ordered by name.</summary>
    public ImmutableSortedDictionary<string, MockModel> Snapshot => Volatile.Read(ref _models);

    /// <summary>Finds the model a request means: by full name, else by the name without its provider.</summary>
    public MockModel? Find(string requested)
    {
        var models = Snapshot;
        return models.TryGetValue(requested, out var model)
            ? model
            : models.Values.FirstOrDefault(candidate => string.Equals(candidate.BareName, requested, StringComparison.Ordinal));
    }

    /// <summary>Changes a model, or makes it.</summary>
    public MockModel Change(string name, Func<MockModel, MockModel> change)
    {
        lock (_writing)
        {
            var changed = change(_models.GetValueOrDefault(name) ?? new MockModel(name));
            Volatile.Write(ref _models, _models.SetItem(name, changed));
            return changed;
        }
    }

    /// <summary>Removes a model; <see langword="false"/> when there was none of that name.</summary>
    public bool Remove(string name)
    {
        lock (_writing)
        {
            var without = _models.Remove(name);
            var removed = without.Count < _models.Count;
            Volatile.Write(ref _models, without);
            return removed;
        }
    }

    /// <summary>The failure that the next request to this model meets, if any; uses up one of its <see cref="ModelFailure.Times"/>.</summary>
    public ModelFailure? TakeFailure(string name)
    {
        if (Snapshot.GetValueOrDefault(name)?.Failure is null)
            return null;

        lock (_writing)
        {
            if (_models.GetValueOrDefault(name) is not { Failure: { } failure } model)
                return null;
            if (failure.Times is { } times)
            {
                var left = times > 1 ? failure with { Times = times - 1 } : null;
                Volatile.Write(ref _models, _models.SetItem(name, model with { Failure = left }));
            }

            return failure;
        }
    }

    /// <summary>Back to the models of the start.</summary>
    public void Reset()
    {
        lock (_writing)
            Volatile.Write(ref _models, Index(startModels));
    }

    private static ImmutableSortedDictionary<string, MockModel> Index(IEnumerable<MockModel> models) =>
        models.ToImmutableSortedDictionary(model => model.Name, model => model, StringComparer.Ordinal);
}
