function rows = goagap_results(path)
% GOAGAP_RESULTS  The rows of `goagap batch`: a struct of columns, numbers as doubles, texts as cells of text.
%   rows = goagap_results('results/part-all.h5')   one file, with MATLAB's h5read (goagap merge makes one of a folder)
%   rows = goagap_results('results')               a folder or a file, with Python's goagap, where there is no h5read
% SPDX-License-Identifier: GPL-3.0-or-later
  rows = struct();
  if exist('h5read', 'file') && ~exist(path, 'dir')
    group = h5info(path, '/runs');
    for k = 1:numel(group.Datasets)
      name = group.Datasets(k).Name;
      value = h5read(path, ['/runs/' name]);
      if isnumeric(value) && ~isempty(group.Datasets(k).Attributes) && ...
          any(strcmp({group.Datasets(k).Attributes.Name}, 'texts'))
        texts = cellstr(h5read(path, '/texts'));   % a column of numbers of texts, from 0
        value = texts(double(value) + 1);
      elseif isnumeric(value)
        value = double(value);
      else
        value = cellstr(value);
      end
      rows.(name) = value(:);
    end
    return
  end
  [code, text] = system(['python3 -m goagap ''' strrep(path, '''', '''\''''') '''']);
  if code ~= 0
    error('goagap_results: %s', strtrim(text));
  end
  lines = strsplit(regexprep(text, '\n$', ''), "\n");
  names = strsplit(lines{1}, "\t");
  fields = cell(numel(lines) - 1, numel(names));
  for k = 2:numel(lines)
    fields(k - 1, :) = strsplit(lines{k}, "\t", 'CollapseDelimiters', false);
  end
  for k = 1:numel(names)
    value = str2double(fields(:, k));
    if any(isnan(value) & ~strcmpi(fields(:, k), 'nan'))
      value = fields(:, k);
    end
    rows.(names{k}) = value;
  end
end
